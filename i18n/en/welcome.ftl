# The first screen of a station that was never set up.

welcome-title = Welcome
welcome-lead = This program signs customers up for the loyalty programme and shows their points.
welcome-connect-title = Connect this station
welcome-connect-text = You need an address, a token, and the ids of store and cash desk, all from SWiP.
welcome-connect = Connect
welcome-try-title = Try it
welcome-try-text = Everything works, but a built-in server answers: nothing is kept and nobody is really registered.
welcome-try = Try it
welcome-try-failed = The trial server did not start
