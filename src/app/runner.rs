//! Carries effects out on tokio, and turns whatever becomes of them into events.

use std::sync::Arc;
use std::time::Duration;

use egui::{Context, ViewportId};
use poll_promise::Promise;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};

use super::brand::BrandEvent;
use super::event::{Event, QueueStatus};
use crate::domain::balances::{ListHeadings, ListNews, SavedList};
use crate::domain::{Brand, BrandNote, Enrolment, Failure, PictureFault, ProfileFault};
use crate::effect::{Effect, RequestId};
use crate::services::brand::Room;
use crate::services::serial_scanner;
use crate::services::station::SaveError;
use crate::services::{Clock, Station};

/// After a failure of the outbox or a bug in the delivery.
const BEFORE_ANOTHER_START: Duration = Duration::from_secs(10);
const LONGEST_BEFORE_ANOTHER_START: Duration = Duration::from_mins(1);
/// What a list tells besides its answers.
const MORE_NEWS: usize = 1_000;

/// Effects under way.
pub(super) struct Runner {
    tokio: Handle,
    station: Arc<Station>,
    ctx: Context,
    jobs: Vec<Promise<Event>>,
    queue: watch::Receiver<QueueStatus>,
    /// What tells the window of the queue, until the delivery has it.
    reporter: Option<watch::Sender<QueueStatus>>,
    /// How columns of customers are headed.
    headings: Arc<ListHeadings>,
    /// The list that is asked about.
    list: Option<RunningList>,
}

/// A list that is asked about: it stops when this is dropped.
struct RunningList {
    id: RequestId,
    news: mpsc::Receiver<ListNews>,
    _stop: oneshot::Sender<()>,
}

impl Runner {
    /// A runner that wakes `ctx` whenever a job is done.
    pub(super) fn new(tokio: Handle, station: Arc<Station>, ctx: Context, headings: ListHeadings) -> Self {
        let (reporter, queue) = watch::channel(QueueStatus::Unopened);
        let (jobs, headings) = (Vec::new(), Arc::new(headings));
        Self { tokio, station, ctx, jobs, queue, reporter: Some(reporter), headings, list: None }
    }

    /// Where effects are carried out.
    pub(super) fn tokio(&self) -> &Handle {
        &self.tokio
    }

    /// Delivers what waits from now on, for as long as the program runs.
    pub(super) fn deliver(&mut self) {
        if let Some(reporter) = self.reporter.take() {
            self.tokio.spawn(keep_delivering(Arc::clone(&self.station), reporter, self.ctx.clone()));
        }
    }

    /// Starts one effect.
    pub(super) fn start(&mut self, effect: Effect) {
        let after_a_panic = failed(&effect, Failure::Internal);
        let station = Arc::clone(&self.station);
        let headings = Arc::clone(&self.headings);
        let room = room_of(&self.ctx);
        match effect {
            Effect::StopList => self.stop_list(),
            Effect::RunList { id, list } => {
                let job = self.run_list(id, list);
                self.spawn(job, after_a_panic);
            }
            Effect::AskList { id, question } => {
                let job =
                    async move { Event::ListAnswered { id, result: station.ask_list(question, &headings).await } };
                self.spawn(job, after_a_panic);
            }
            effect => self.spawn(carry_out(effect, station, room), after_a_panic),
        }
    }

    /// Begins to ask about a list, in place of any other.
    fn run_list(&mut self, id: RequestId, list: SavedList) -> impl Future<Output = Event> + Send + use<> {
        // Room for every answer, and for what is told besides; room that is not used is not taken.
        let (told, news) = mpsc::channel(list.list.rows.len() + MORE_NEWS);
        let (stop, stopped) = oneshot::channel();
        self.list = Some(RunningList { id, news, _stop: stop });
        let station = Arc::clone(&self.station);
        async move { Event::ListEnded { id, result: station.run_list(list, told, stopped).await } }
    }

    /// Asks about no more rows: what is on its way is dropped, what was told is not.
    fn stop_list(&mut self) {
        if let Some(event) = self.list.take().as_mut().and_then(RunningList::told) {
            self.jobs.push(Promise::from_ready(event));
            self.ctx.request_repaint_of(ViewportId::ROOT);
        }
    }

    fn spawn(&mut self, job: impl Future<Output = Event> + Send + 'static, after_a_panic: Event) {
        let (sender, promise) = Promise::new();
        let ctx = self.ctx.clone();
        // A promise whose sender is lost panics in the window's thread: the job runs in a task of its own, and this
        // one answers for it even if it panics.
        let job = self.tokio.spawn(job);
        self.tokio.spawn(async move {
            let event = job.await.unwrap_or_else(|error| {
                tracing::error!(is_panic = error.is_panic(), "a job ended without an answer");
                after_a_panic
            });
            sender.send(event);
            ctx.request_repaint_of(ViewportId::ROOT);
        });
        self.jobs.push(promise);
    }

    /// What has happened since the last look.
    pub(super) fn finished(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        if self.queue.has_changed().unwrap_or(false) {
            events.push(Event::QueueChanged(*self.queue.borrow_and_update()));
        }
        let mut done = Vec::new();
        for promise in std::mem::take(&mut self.jobs) {
            match promise.try_take() {
                Ok(event) => done.push(event),
                Err(promise) => self.jobs.push(promise),
            }
        }
        // What a list told came before its end.
        events.extend(self.list.as_mut().and_then(RunningList::told));
        events.extend(done);
        events
    }
}

impl RunningList {
    /// What it has told since the last look.
    fn told(&mut self) -> Option<Event> {
        let news: Vec<_> = std::iter::from_fn(|| self.news.try_recv().ok()).collect();
        (!news.is_empty()).then_some(Event::ListNews { id: self.id, news })
    }
}

/// Delivers what waits for as long as the program runs, and tells the window how the queue is.
async fn keep_delivering(station: Arc<Station>, status: watch::Sender<QueueStatus>, ctx: Context) {
    station.connected().await;
    let mut wait = BEFORE_ANOTHER_START;
    loop {
        let reporting = tokio::spawn(report_queue(Arc::clone(&station), status.clone(), ctx.clone()));
        let worker = Arc::clone(&station);
        let job = tokio::spawn(async move { worker.deliver_forever().await });
        match job.await {
            Err(error) => tracing::error!(is_panic = error.is_panic(), "the delivery ended; it starts again"),
            Ok(Err(failure)) => tell(&status, &ctx, QueueStatus::of_failure(failure)),
        }
        reporting.abort();
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_BEFORE_ANOTHER_START);
    }
}

async fn report_queue(station: Arc<Station>, sender: watch::Sender<QueueStatus>, ctx: Context) {
    let deliverer = match station.deliverer().await {
        Ok(deliverer) => deliverer,
        Err(failure) => return tell(&sender, &ctx, QueueStatus::of_failure(failure)),
    };
    let mut status = deliverer.status();
    loop {
        tell(&sender, &ctx, QueueStatus::Open(*status.borrow_and_update()));
        if status.changed().await.is_err() {
            return;
        }
    }
}

/// Tells the window how the queue is, if that is news.
fn tell(status: &watch::Sender<QueueStatus>, ctx: &Context, queue: QueueStatus) {
    let is_news = status.send_if_modified(|known| std::mem::replace(known, queue) != queue);
    if is_news {
        ctx.request_repaint_of(ViewportId::ROOT);
    }
}

/// The room for a picture: the whole screen, in its own pixels.
fn room_of(ctx: &Context) -> Room {
    let size = ctx.content_rect().size() * ctx.pixels_per_point();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a screen has a few thousand pixels")]
    let size = [size.x.ceil() as u32, size.y.ceil() as u32];
    let longest = ctx.input(|input| input.max_texture_side);
    Room { size, longest: u32::try_from(longest).unwrap_or(u32::MAX).min(4096) }
}

async fn carry_out(effect: Effect, station: Arc<Station>, room: Room) -> Event {
    match effect {
        Effect::LookUp { id, query } => Event::LookedUp { id, result: station.look_up(&query).await },
        Effect::Register { id, signup, consents } => {
            Event::Registered { id, result: station.submit(Enrolment { signup, consents }, Clock::System).await }
        }
        Effect::TestConnection { id, settings, token, query } => {
            let tested = settings.connection.clone();
            let mut result = station.test(*settings, &token, &query).await.map_err(|error| save_failure(&error));
            if let Some(outcome) = result.as_mut().ok().filter(|outcome| outcome.tells_unknown) {
                let adopting = Arc::clone(&station);
                let job = tokio::task::spawn_blocking(move || adopting.ask_from_now_on(&tested));
                outcome.is_adopted = job.await.unwrap_or(false);
            }
            Event::Tested { id, result }
        }
        Effect::SaveSettings { id, settings, token } => {
            let saving = Arc::clone(&station);
            let saved = tokio::task::spawn_blocking(move || saving.save(*settings, &token)).await;
            let result = match saved {
                Ok(result) => {
                    if result.is_ok() {
                        station.adopt_queue().await;
                    }
                    result.map(Box::new).map_err(|error| save_failure(&error))
                }
                Err(_) => Err(Failure::Internal),
            };
            Event::Saved { id, result }
        }
        Effect::TryPin { id, entry, at } => Event::PinTried { id, at, result: station.try_pin(entry, at).await },
        Effect::SetPin { id, pin } => {
            let set = tokio::task::spawn_blocking(move || station.set_pin(&pin)).await;
            let result = match set {
                Ok(result) => result.map_err(|error| pin_failure(&error)),
                Err(_) => Err(Failure::Internal),
            };
            Event::PinSet { id, result }
        }
        Effect::FindPorts { id } => {
            let found = tokio::task::spawn_blocking(serial_scanner::available_ports).await;
            Event::PortsFound { id, ports: found.unwrap_or_default() }
        }
        Effect::ListQueue { id } => Event::QueueListed { id, result: station.queue_list().await },
        Effect::WorkOnQueue { id, work } => Event::QueueWorked { id, result: station.work_on_queue(work).await },
        Effect::AskJournal { id, question } => {
            Event::JournalAnswered { id, result: station.ask_journal(question).await }
        }
        Effect::AskConsents { id, question } => {
            Event::ConsentsAnswered { id, result: station.ask_consents(question).await }
        }
        Effect::ReadAbout { id } => Event::AboutRead { id, facts: Some(Box::new(station.about().await)) },
        Effect::AskProfile { id, question } => {
            Event::ProfileAnswered { id, result: station.ask_profile(question).await }
        }
        // The runner itself has begun them.
        Effect::AskList { id, .. } => Event::ListAnswered { id, result: Err(Failure::Internal) },
        Effect::RunList { id, .. } => Event::ListEnded { id, result: Err(Failure::Internal) },
        Effect::StopList => Event::ListStopped,
        Effect::NoteReturn => {
            // If it cannot be stored, the sign stays, which says as much.
            let _ = station.acknowledge_return().await;
            Event::ReturnNoted
        }
        Effect::ReadBrand => Event::Brand(read_brand(station).await),
        Effect::ReadPicture { usage, name } => {
            let wanted = name.clone();
            let read = tokio::task::spawn_blocking(move || match station.brand() {
                Some(folder) => folder.picture(&wanted, room),
                None => Err(PictureFault::Missing),
            });
            let result = read.await.unwrap_or(Err(PictureFault::Broken));
            Event::Brand(BrandEvent::PictureRead { usage, name, result })
        }
        Effect::StartSandbox { id } => {
            Event::SandboxStarted { id, result: station.start_sandbox().await.map(Box::new) }
        }
    }
}

async fn read_brand(station: Arc<Station>) -> BrandEvent {
    let read = tokio::task::spawn_blocking(move || station.brand().map(|folder| folder.read())).await;
    let (brand, notes) = read.ok().flatten().unwrap_or_default();
    BrandEvent::Read(brand, notes)
}

fn save_failure(error: &SaveError) -> Failure {
    tracing::error!(%error, "the settings were not saved");
    match error {
        SaveError::TokenMissing => Failure::NotConfigured,
        SaveError::Unfit(unfit) => Failure::Unfit(*unfit),
        SaveError::Trial | SaveError::Secrets(_) | SaveError::Storage(_) => Failure::Storage,
    }
}

fn pin_failure(error: &SaveError) -> Failure {
    tracing::error!(%error, "the manager PIN was not kept");
    match error {
        SaveError::Unfit(unfit) => Failure::Unfit(*unfit),
        _ => Failure::Storage,
    }
}

fn failed(effect: &Effect, failure: Failure) -> Event {
    match effect {
        Effect::LookUp { id, .. } => Event::LookedUp { id: *id, result: Err(failure) },
        Effect::Register { id, .. } => Event::Registered { id: *id, result: Err(failure) },
        Effect::TestConnection { id, .. } => Event::Tested { id: *id, result: Err(failure) },
        Effect::SaveSettings { id, .. } => Event::Saved { id: *id, result: Err(failure) },
        Effect::TryPin { id, at, .. } => Event::PinTried { id: *id, at: *at, result: Err(failure) },
        Effect::SetPin { id, .. } => Event::PinSet { id: *id, result: Err(failure) },
        Effect::FindPorts { id } => Event::PortsFound { id: *id, ports: Vec::new() },
        Effect::ListQueue { id } => Event::QueueListed { id: *id, result: Err(failure) },
        Effect::WorkOnQueue { id, .. } => Event::QueueWorked { id: *id, result: Err(failure) },
        Effect::AskJournal { id, .. } => Event::JournalAnswered { id: *id, result: Err(failure) },
        Effect::AskConsents { id, .. } => Event::ConsentsAnswered { id: *id, result: Err(failure) },
        Effect::ReadAbout { id } => Event::AboutRead { id: *id, facts: None },
        Effect::AskProfile { id, .. } => Event::ProfileAnswered { id: *id, result: Err(ProfileFault::NotRead) },
        Effect::AskList { id, .. } => Event::ListAnswered { id: *id, result: Err(failure) },
        Effect::RunList { id, .. } => Event::ListEnded { id: *id, result: Err(failure) },
        Effect::StopList => Event::ListStopped,
        Effect::NoteReturn => Event::ReturnNoted,
        Effect::ReadBrand => Event::Brand(BrandEvent::Read(Brand::default(), vec![BrandNote::Unreadable])),
        Effect::ReadPicture { usage, name } => {
            let (usage, name) = (*usage, name.clone());
            Event::Brand(BrandEvent::PictureRead { usage, name, result: Err(PictureFault::Broken) })
        }
        Effect::StartSandbox { id } => Event::SandboxStarted { id: *id, result: Err(failure) },
    }
}
