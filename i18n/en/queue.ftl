# The queue at the manager's.

queue-title = Queue
queue-lead = Signups that SWiP has not taken yet. Nothing is lost: they are on the disk, encrypted.
queue-open = Queue
queue-tab-waiting = Waiting: { $count }
queue-tab-ended = Ended unsent: { $count }
queue-reading = Reading the queue…
queue-nothing = The queue is empty: everything was sent
queue-nothing-ended = Signups that were never sent will be listed here, and why
queue-pick = Choose an entry on the left to see why it waits and what can be done
queue-row = { $phone } · { $state } · { $time }
queue-sealed = phone cannot be read
queue-ended-time = Its time was over and its data destroyed: { $time }. Where it stood last: { $state }.
queue-ended-deleted = Deleted by a manager: { $time }. Reason: { $reason }. Where it stood last: { $state }.
queue-paused = SWiP asked to wait until { $time }
queue-paused-body = Nothing is sent before that. “Send all” ends the wait.
queue-outage = SWiP cannot be reached: the next try is at { $time }
queue-outage-body = Everything goes by itself once SWiP answers. “Send all” tries now.
queue-held = SWiP turns this station away: the next try is at { $time }
queue-held-body = Check the connection in the settings. “Send all” tries now.
queue-taken = Taken: { $time }. { $attempts ->
    [0] Not sent yet.
    [one] Sent once.
   *[other] Sent { $attempts } times.
}
queue-retry-one = Send again
queue-retry-all = Send all
queue-reveal = Show and correct
queue-reveal-hint = The details show for a minute
queue-hide = Hide
queue-correct = Save and send
queue-delete = Delete
queue-delete-title = Delete this signup?
queue-delete-text = Its personal data will be destroyed and it cannot be sent. Only a note stays that there was one and why it was deleted.
queue-delete-why = Reason
queue-delete-choose = Choose a reason first
queue-reason-duplicate = Signed up already
queue-reason-wrong-number = Wrong number
queue-reason-test = It was a trial
queue-reason-other = Something else
queue-forget = Delete by phone
queue-forget-title = Does a customer take the consent back?
queue-forget-text = All their signups in the queue and the records of consent on this station will be destroyed. What SWiP has stays as it is.
queue-forget-phone = The customer’s whole phone
queue-keep = Keep it
queue-done-retried = { $count ->
    [0] There is nothing to send again
   *[other] Sending again: { $count }
}
queue-done-corrected = Corrected, sending
queue-done-deleted = Deleted
queue-done-forgotten = Destroyed: signups { $signups }, records of consent { $consents }
queue-done-nobody = There is nothing here about this customer
queue-done-gone = This entry has left the queue
queue-done-in-flight = It is being sent right now. Try again in a few seconds.
queue-done-another = Another signup with this phone waits already
entry-saved = Waits to be sent
entry-in-flight = Being sent
entry-pending = Waits for another try
entry-unknown = Sent, but no answer came
entry-held-credentials = The station is turned away
entry-held-address = No SWiP at the address
entry-held-tls = No secure connection
entry-held-other-station = Of another station
entry-held-key = The key is gone
entry-held-exported = Was put into a file
entry-rejected = SWiP refused the number
entry-against-rules = Against the programme’s rules
entry-unacceptable = SWiP did not take the request
entry-taken-twice = The same phone twice
entry-not-permitted = Not permitted
entry-server-errors = Server errors again and again
entry-advice-wait = Nothing to do: it goes by itself as soon as there is a connection.
entry-advice-unknown = SWiP may have taken it. The program asks, and sends it again if need be: there will be no second account.
entry-advice-credentials = Check the token and the shop’s ids in the settings. Then everything goes by itself.
entry-advice-address = Check the address in the settings, and the network. Then everything goes by itself.
entry-advice-tls = Check the computer’s date and time, and the certificates. Then everything goes by itself.
entry-advice-other-station = It was taken for another address or shop and goes nowhere else. If that station is no more, delete it.
entry-advice-key = It cannot be read until the encryption key is back. Call whoever looks after the station.
entry-advice-exported = An earlier version put it into a file for another computer. If it is not sent from there, send it again.
entry-advice-rejected = Check the number with the customer and correct it. If it is right, the merchant has blocked the customer: delete it.
entry-advice-against-rules = Check the details and correct them, or ask SWiP why they do not suit.
entry-advice-taken-twice = The first signup is on its way. If these details are better, send it again afterwards; if not, delete it.
entry-advice-not-permitted = Others get through, but SWiP does not permit this one. Check the details, or send it again.
entry-advice-server-errors = Others get through, but the server fails on this one. Check the details, correct them, or send it again.
