# The headless verbs.

cli-provisioned = The profile is stored
cli-clock-ahead = This computer’s clock is { $minutes } min ahead of SWiP’s. Check date and time.
cli-clock-behind = This computer’s clock is { $minutes } min behind SWiP’s. Check date and time.
cli-invalid-line = Invalid { $field } ({ $reason }, line { $line })
cli-invalid = Invalid { $field } ({ $reason })
step-settings = The station is set up
protection-credential = Encryption key: from the service manager
protection-keychain = Encryption key: in the keychain of the system’s user
protection-key-file = Encryption key: a file of its own
protection-key-file-in-data-dir = The encryption key lies beside the data: a copied folder can be read
cli-left = { $count ->
    [0] The queue is empty
   *[other] Left in the queue: { $count }
}
cli-retried = It will be sent once more
cli-pin-set = The manager PIN is set
cli-queue-empty = The queue is empty
cli-queue-paused = SWiP asked to wait: nothing is sent for another { $secs } s. “queue retry” ends the wait.
cli-queue-outage = SWiP cannot be reached: the next try is in { $secs } s. “queue retry” makes it now.
cli-queue-held = SWiP turns this station away: the next try is in { $secs } s. “queue retry” makes it now.
cli-queue-ended = Ended unsent: { $count }
cli-queue-counts = Waiting: { $waiting }, held: { $held }, need attention: { $attention }
cli-no-such-entry = The queue has no such entry
cli-written = Written to the file: { $count }
cli-forgotten = Destroyed: evidence of consents { $consents }, unsent signups { $signups }
cli-consent-ticked = ticked by the customer
cli-consent-attested = attested by staff
cli-consent-altered = changed by somebody, proves nothing
cli-consent-key-lost = its key is gone, nobody knows whose it is
cli-balances = Found: { $found }, not found: { $unknown }, refused: { $refused }, neither phone nor pass: { $invalid }, without an answer: { $unanswered }
cli-balances-again = The same command goes on with what has no answer yet
