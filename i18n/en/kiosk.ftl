# The kiosk: a customer alone at a touch screen.

kiosk-headline = Join our loyalty programme
kiosk-lead = All it takes is your phone number.
kiosk-join = Join now
kiosk-my-points = My points
kiosk-closed = Signup is not working right now
kiosk-closed-lead = Please ask a member of staff.

kiosk-back = Back
kiosk-start-over = Start over
kiosk-next = Next
kiosk-skip = Skip
kiosk-done = Done
kiosk-step = Step { $step } of { $count }

kiosk-phone = Your phone number
kiosk-phone-hint = Ten digits of a mobile number
kiosk-phone-placeholder = +7 ___ ___-__-__
kiosk-first-name = What is your name?
kiosk-first-name-hint = First name. You may skip this
kiosk-last-name = Your last name
kiosk-last-name-hint = You may skip this
kiosk-birthday = Your birthday
kiosk-birthday-hint = Day, month and year. You may skip this

kiosk-consents = Your consent
kiosk-consent-missing = To go on, tick what is needed to join.
kiosk-consent-enough = Everything that is needed is ticked.
kiosk-read-on = Read on
kiosk-read-top = Back to the top
kiosk-consent-required = { $purpose } (needed to join)
kiosk-consent-optional = { $purpose } (as you like)

kiosk-confirm = Is this your number?
kiosk-confirm-advice = It is how the till will know you.
kiosk-confirm-yes = Yes, it is
kiosk-confirm-no = Correct it

kiosk-sending = Signing you up…
kiosk-takes-long = A little longer, the connection is slow today…
kiosk-welcome = Welcome!
kiosk-welcome-advice = You are a member. Just say your phone number at the till.
kiosk-saved = Saved!
kiosk-saved-advice = Your signup will finish by itself as soon as there is a connection.
kiosk-code = Point your telephone’s camera at the code: your card opens
kiosk-leaves-in = This screen clears in { $seconds } s. Touch it to stay.
kiosk-staff = Please ask a member of staff
kiosk-staff-closed = Signing up here does not work right now.

kiosk-points-scan = Hold your card up to the scanner
kiosk-points-phone-or-scan = Phone or card
kiosk-points-field = Card number
kiosk-points-field-phone = Card or phone
kiosk-points-show = Show my points
kiosk-points-waiting = Looking up your points…
kiosk-points-yours = You have
kiosk-points-at = As of { $time }
kiosk-points-nobody = We could not find this member
kiosk-points-nobody-advice = Check the card or the number, or join: it is quick.
kiosk-points-nothing = Your points cannot be shown right now
kiosk-points-nothing-advice = Try again a little later, or ask a member of staff.

kiosk-still-here = Are you still there?
kiosk-still-here-advice = If not, we clear everything and go back to the start.
kiosk-still-here-left = Seconds left: { $seconds }
kiosk-still-here-yes = I am here

kiosk-comfort = Comfort
kiosk-comfort-title = What suits you best?
kiosk-comfort-large = Large text
kiosk-comfort-contrast = High contrast
kiosk-comfort-low = Lower controls
kiosk-comfort-low-hint = Everything to touch is in the lower part of the screen
