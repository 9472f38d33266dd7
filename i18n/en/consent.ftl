# Consents: the program’s own texts, for a merchant who has given none yet. Change the version in
# src/domain/consent/texts.rs with them: evidence names it.

consent-personal-data = I agree that this shop and the SWiP loyalty service, on its behalf, process the data I give here – my phone and, if I fill them in, my name and my birthday – to keep my account in the loyalty programme: they store it, and credit and deduct points. The phone is mine, or its owner has asked me to give it. I can withdraw this consent in the shop at any time.
consent-marketing = I agree to get advertising and offers of this shop on this phone. Membership does not depend on it, and I can withdraw this consent in the shop at any time.
consent-merchant = The shop: { $merchant }.
consent-purpose-personal-data = Personal data
consent-purpose-terms = Rules of the programme
consent-purpose-marketing = Advertising
