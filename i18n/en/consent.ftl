# Consents: the program’s own texts, for a merchant who has given none yet. Change the version in
# src/domain/consent/texts.rs with them: evidence names it.

consent-personal-data = I agree that this shop and the SWiP loyalty service, on its behalf, process the data I give here – my phone and, if I fill them in, my name and my birthday – to keep my account in the loyalty programme: they store it, and credit and deduct points. The phone is mine, or its owner has asked me to give it. I can withdraw this consent in the shop at any time.
consent-marketing = I agree to get advertising and offers of this shop on this phone. Membership does not depend on it, and I can withdraw this consent in the shop at any time.
consent-merchant = The shop: { $merchant }.
consent-purpose-personal-data = Personal data
consent-purpose-terms = Rules of the programme
consent-purpose-marketing = Advertising

# The consents at the manager's.
consents-title = Consents
consents-open = Consents
consents-lead = What this station keeps of a customer’s consents: to what, when and how they agreed.
consents-pick = Type a customer’s phone to see what they agreed to
consents-find = Find
consents-finding = Looking for records…
consents-none = There are no records of consent about this customer. They may have signed up at another station, or the time of keeping is over.
consents-taken = Given: { $time }
consents-how-ticked = The customer ticked the box on the screen
consents-how-attested = A member of staff vouched for the customer’s word
consents-text = Version of the text: { $version }, language: { $language }
consents-place = Store: { $store }, cash desk: { $cash }
consents-unknown = To what is not known
consents-altered = This record was changed
consents-altered-body = It proves nothing any more. Tell a technician: somebody edited the station’s files.
consents-forget = Destroy everything about this customer
consents-forget-title = Destroy everything about { $phone }?
consents-forgotten-body = What SWiP has stays as it is: ask SWiP to delete the account there.
consents-export-csv = Save all as CSV
consents-export-xlsx = Save all as XLSX
consents-exported = Consents in the file: { $count }
consents-exported-body = { $path } – it holds whole phones: keep it where nobody else gets at it.
