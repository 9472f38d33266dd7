//! The boxes that a customer ticks.

use super::{Asked, Given, How, Purpose};

/// One box a purpose. There is no way to make one that is ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentForm {
    boxes: Vec<(Asked, bool)>,
}

impl ConsentForm {
    /// Empty boxes for what is asked.
    pub fn new(asked: Vec<Asked>) -> Self {
        Self { boxes: asked.into_iter().map(|asked| (asked, false)).collect() }
    }

    /// The same boxes in another language. A tick stays only under the very words it was made under.
    pub fn say_anew(&mut self, asked: Vec<Asked>) {
        let ticked = |asked: &Asked| self.boxes.iter().any(|(known, is_ticked)| *is_ticked && known == asked);
        self.boxes =
            asked.into_iter().map(|asked| (ticked(&asked), asked)).map(|(tick, asked)| (asked, tick)).collect();
    }

    /// Every box and whether it is ticked, in the order shown.
    pub fn boxes(&self) -> impl Iterator<Item = (&Asked, bool)> {
        self.boxes.iter().map(|(asked, is_ticked)| (asked, *is_ticked))
    }

    /// Ticks a box, or takes the tick away.
    pub fn toggle(&mut self, purpose: Purpose) {
        for (asked, is_ticked) in &mut self.boxes {
            *is_ticked ^= asked.purpose == purpose;
        }
    }

    /// Whether everything that is required is ticked. A form that does not ask about personal data never is.
    pub fn is_complete(&self) -> bool {
        let asks_for_data = self.boxes.iter().any(|(asked, _)| asked.purpose == Purpose::PersonalData);
        asks_for_data && self.boxes.iter().all(|(asked, is_ticked)| *is_ticked || !asked.purpose.is_required())
    }

    /// What the customer has given; none before the form is complete.
    pub fn given(&self) -> Option<Vec<Given>> {
        let ticked = self.boxes.iter().filter(|(_, is_ticked)| *is_ticked);
        let given = ticked.map(|(asked, _)| Given { asked: asked.clone(), how: How::TickedByCustomer });
        self.is_complete().then(|| given.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LanguageTag;
    use crate::domain::consent::{ConsentSources, ConsentTexts};

    fn asked(language: &str) -> Vec<Asked> {
        let merchant = "[personal_data 1 ru]\nДанные.\n[personal_data 1 en]\nData.\n[marketing 1 ru]\nРеклама.";
        let (merchant, built_in) = (ConsentTexts::parse(merchant).unwrap(), ConsentTexts::default());
        let language = LanguageTag::parse(language).unwrap();
        ConsentSources { merchant: &merchant, built_in: &built_in, language: &language }.asked()
    }

    fn ticks(form: &ConsentForm) -> Vec<bool> {
        form.boxes().map(|(_, is_ticked)| is_ticked).collect()
    }

    #[test]
    fn no_box_is_ticked_before_the_customer_does_and_only_the_required_one_is_needed() {
        let mut form = ConsentForm::new(asked("ru"));
        assert_eq!((ticks(&form), form.given()), (vec![false; 2], None));
        form.toggle(Purpose::Marketing);
        assert_eq!(form.given(), None);
        form.toggle(Purpose::Marketing);
        form.toggle(Purpose::PersonalData);
        let given = form.given().unwrap();
        assert_eq!(given.len(), 1);
        assert_eq!((given[0].asked.purpose, given[0].how), (Purpose::PersonalData, How::TickedByCustomer));
        form.toggle(Purpose::Marketing);
        assert_eq!(form.given().unwrap().len(), 2);
        form.toggle(Purpose::PersonalData);
        assert!(!form.is_complete());
    }

    #[test]
    fn a_tick_belongs_to_the_words_it_was_made_under() {
        let mut form = ConsentForm::new(asked("ru"));
        form.toggle(Purpose::PersonalData);
        form.toggle(Purpose::Marketing);
        form.say_anew(asked("en"));
        assert_eq!(ticks(&form), [false, true], "the advertising text has no English: the same words stand");
        form.say_anew(asked("ru"));
        assert_eq!(ticks(&form), [false, true]);
    }

    #[test]
    fn a_form_that_asks_nothing_is_never_complete() {
        assert_eq!(ConsentForm::default().given(), None);
        assert_eq!(ConsentForm::new(asked("ru").split_off(1)).given(), None);
    }
}
