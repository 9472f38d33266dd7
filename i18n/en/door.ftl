# The manager's door: the pad that a PIN is typed on.

door-title = Manager
door-lead = Type the manager PIN.
door-broken-lead = This station is out of order. To set it up again, type the manager PIN.
door-set-title = Set a manager PIN
door-change-title = Change the manager PIN
door-current-lead = First the PIN that is in force now.
door-new-lead = 6 to 12 digits. It opens the settings of this station; nobody can read it out again.
door-repeat-lead = The same digits once more.
door-lost-title = The manager PIN cannot be read
door-lost-advice = It is gone, or its encryption key is. Whoever looks after the station sets a new PIN with the program closed: swip-kiosk pin
door-pin = PIN
door-new-pin = New PIN
door-repeat-pin = New PIN again
door-hint = 6 to 12 digits
door-backspace = Delete the last digit
door-open = Open
door-next = Next
door-save = Save the PIN
door-cancel = Back
door-wrong = Wrong PIN
door-locked = Too many wrong tries
door-try-in = Next try in { $time }
door-different = The two were not the same. Type the new PIN again
door-timed-out = The settings closed after a minute without use
door-timed-out-changes = Unsaved changes were not kept.

pin-error-empty = Type the PIN
pin-error-character = Digits only
pin-error-short = At least 6 digits
pin-error-long = At most 12 digits
pin-error-obvious = Too easy to guess: no dates, runs, repeats or patterns of keys
