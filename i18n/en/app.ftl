# The frame around the screens, and the forms of numbers and dates.

language-name = English
form-thousands = ,
form-decimal = .
form-list-separator = ,
form-seconds = { $number } s
form-roughly-seconds = { $number } s
form-roughly-minutes = { $number } min
form-roughly-hours = { $number } h
form-time = %H:%M
form-birthday-separator = /

app-name = Loyalty
app-settings = Settings

trial-ribbon = Trial: a built-in server answers, nobody is really registered

scanner-looking = The scanner is being looked for
scanner-connected = The scanner’s port is open
scanner-not-found = Scanner not found
scanner-not-found-advice = Plug it in, or choose another port. It is looked for every few seconds.
scanner-taken = Another program has the scanner
scanner-taken-advice = Close that program, or choose another port.
scanner-not-allowed = The scanner’s port may not be opened
scanner-not-allowed-advice = The user of this program lacks the right. On Linux, add it to the group dialout and sign in again.
scanner-unusable = The scanner’s port does not work
scanner-unusable-advice = It is no serial port, or does not know this speed.

link-untried = Connection not tried yet
link-outage = SWiP cannot be reached
link-online = Online

out-of-service = Out of service
out-of-service-reason = Please ask the staff.
out-of-service-no-pin = The set-up is not finished
out-of-service-no-pin-advice = For the technician: a kiosk needs a manager PIN before it serves customers.
out-of-service-set-pin = Set the manager PIN

fault-title = Something went wrong
fault-advice = The program starts again by itself in a moment. What was saved is not lost.
fault-kiosk = Please ask the staff
fault-kiosk-advice = This screen starts again by itself in a moment.

notes-title = The settings file was damaged
notes-last-good = The file cannot be read. The station works by its last good copy.
notes-unreadable = The file cannot be read and there is no good copy. Set the station up again.
notes-bad-value = Bad value of “{ $field }”: the last good one or the default is used.
notes-unknown-field = Unknown field “{ $field }” was left out.
notes-close = Got it

toast-settings-saved = Settings saved and in force
toast-pin-saved = Manager PIN saved and in force
toast-nothing-pasted = Nothing was pasted: the program it was copied in does not answer
toast-scan-refused = This code is no pass
toast-scan-unclear = Scanned or typed? Please do it once more
toast-typing-dropped = What was typed meanwhile was not kept

notice-close = Close

points-word = { $count ->
    [one] point
   *[other] points
}

form-date = %d/%m
form-whole-date = %d/%m/%Y, %H:%M

queue-waiting = Waiting to be sent: { $count }, since { $time }
queue-attention = Need attention: { $count }
damage-title = The list of waiting signups was damaged
damage-body = Signups recovered: { $count }. The damaged file is kept in the folder “quarantine” for whoever looks after the station.
damage-body-copy = Signups recovered: { $count }, from the copy of { $time } and from what could still be read. The damaged file is kept in the folder “quarantine” for whoever looks after the station.
backup-title = The data of this station was put back from a backup
backup-body = Waiting signups in it: { $count }. They may have arrived already: where look-ups can tell, SWiP is asked before any is sent. What was signed up after the backup is not here.
other-machine-title = The data of this station comes from another machine
other-machine-body = Waiting signups in it: { $count }. They may have arrived already: where look-ups can tell, SWiP is asked before any is sent. Two machines must not work with the same data: if the other one still runs, set this one up anew.
queue-failed = Signup is out of service
queue-failed-advice = The program cannot store anything. Check that the disk has room and can be written. Points are shown as usual.
queue-full-advice = As many signups wait as can be kept. They are sent as soon as SWiP can be reached. Points are shown as usual.
queue-low-disk-advice = The disk has too little room for new signups. Free some: at least 32 MiB are needed. Points are shown as usual.
queue-held-advice = New signups are saved, and sent once this is mended.
queue-expires = Signups that could not be sent will soon be destroyed
queue-expires-advice = Their personal data may not be kept any longer. Check the connection, or call whoever looks after the station.
clock-ahead = This computer’s clock is ahead
clock-behind = This computer’s clock is behind
clock-advice = By SWiP’s time it is { $time }. Customers’ ages go by that. Check this computer’s date and time.

queue-old = Signups have been waiting for more than a day
queue-old-advice = Nothing is lost, but check the connection and the settings, or call whoever looks after the station.
