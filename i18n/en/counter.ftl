# The counter: the customer box, its results, the signup form, the list of the day.

counter-box = Customer’s phone or pass
counter-box-hint = Ten digits of a phone, or a pass, then Enter
counter-kind-phone = Phone
counter-kind-pass = Pass
counter-take-as-pass = It is a pass
counter-take-as-phone = It is a phone
counter-look-up = Look up
counter-clear = Clear
counter-empty = Type a phone: the points will show here. If the customer is not in the programme yet, signup opens.
counter-looking-up = Looking the customer up…
counter-looking-up-then = Looking up, then signing up…
counter-takes-long = SWiP is slower than usual, still waiting…
counter-member = Member of the programme
counter-answered-at = SWiP’s answer at { $time }
counter-no-points = No points. If the customer is sure not to be a member yet, sign them up.
counter-sign-up-anyway = Sign up
counter-unknown-pass = There is no such pass
counter-unknown-pass-advice = Check the number, or sign the customer up by phone.
counter-sign-up-by-phone = Sign up by phone
counter-try-again = Try again

counter-keys = Keys
counter-key-help = Help
counter-key-new = Next customer
counter-key-queue = The queue
counter-key-balances = Balances of a list
counter-key-switch = Phone or pass
counter-key-journal = Journal
counter-key-clear = Clear

unfinished-title = This signup is not finished
unfinished-no-phone = No phone yet
unfinished-open = Go on with it

form-title = New customer
form-not-checked = Not checked: the customer may be a member already
form-not-asked = This number was not checked: the customer may be a member already
form-phone = Phone
form-first-name = First name
form-last-name = Last name
form-birthday = Birthday
form-birthday-placeholder = DD/MM/YYYY
form-optional = Optional
form-attested = By signing up you confirm that the customer agrees to their data being processed.
form-sign-up = Sign up
form-cancel = Cancel
form-sending = Signing up…

done-registered = Done – the customer is in the programme
done-saved = Saved
done-saved-advice = The customer will be signed up as soon as this shop is back online.
done-saved-for-manager = Saved for the manager
done-saved-for-manager-advice = This phone was signed up before with other details, which may be on their way. The manager decides which are right.
done-already-member = The customer is already a member
done-trial = The trial worked: this is what a signup looks like
done-trial-advice = This is a trial, nobody was really registered. Type the next phone.
done-next = Ready for the next phone.

recent-title = Last operations
recent-empty = Today’s lookups and signups will be listed here.
recent-unknown = Not found
recent-registered = Signed up
recent-saved = Saved, waiting to be sent
recent-saved-for-manager = Saved, the manager decides
recent-already-member = Already a member

phone-error-empty = Type a phone number
phone-error-character = A phone has only digits, spaces, brackets and hyphens
phone-error-short = Digits are missing: ten after +7
phone-error-long = Too many digits: ten after +7
phone-error-foreign = Only Russian and Kazakh numbers, +7
phone-error-not-mobile = This is not a mobile number. Check the first digits
pass-error-empty = Type a pass number
pass-error-long = A pass has at most 64 characters
pass-error-character = The pass has a character that cannot be used
name-error-long = At most 64 letters
name-error-character = Only letters, space, hyphen, full stop and apostrophe
name-error-letters = Write the name in letters
birthday-error-incomplete = Eight digits: day, month, year
birthday-error-no-such-day = There is no such day
birthday-error-future = This date has not come yet
birthday-error-too-long-ago = Over 120 years ago. Check the year
birthday-error-too-young = Only for people of { $age } or older
