# What can go wrong, and what to do about it: for staff.

failure-token-rejected = SWiP does not accept this station’s token
failure-not-permitted = SWiP does not permit this station to do that
failure-rejected = SWiP turned this number down
failure-against-rules = Turned down by the programme’s rules
failure-unacceptable = SWiP did not take the request
failure-name-not-found = SWiP’s server was not found
failure-no-connection = No connection to SWiP
failure-no-ca-certificates = No CA certificates on this machine
failure-not-secure = The secure connection failed
failure-timed-out = SWiP did not answer in time
failure-interrupted = The connection broke
failure-redirected = A page of the network answered, not SWiP
failure-wrong-address = SWiP is not at this address
failure-method-not-allowed = The server does not take such a request
failure-undecided = SWiP cannot answer yet
failure-busy = SWiP asks to wait
failure-server-error = SWiP has trouble of its own
failure-unusable-answer = SWiP’s answer makes no sense
failure-not-configured = The station is not set up
failure-station-in-use = The program is running already
failure-storage = It could not be stored
failure-internal = An error in the program

advice-settings = Check token and ids in the settings.
advice-rejected = Check the number with the customer. If it is right, ask the manager.
advice-refused = Ask the manager.
advice-network = Check the network and try again.
advice-no-ca-certificates = Install the package ca-certificates.
advice-not-secure = Check this computer’s date and time, and whether a proxy interferes.
advice-redirected = The network may want a sign-in. Open a browser and look.
advice-address = Check the server address in the settings.
advice-method = Choose POST for the points request in the settings.
advice-later = Try again in a minute.
advice-station-in-use = Another window works with this data. This one closes by itself.
advice-storage = Check that the disk has room and can be written.
advice-internal = Try again. If it happens again, restart the program.
