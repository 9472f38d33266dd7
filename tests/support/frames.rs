//! Frames seen from outside the program: the X server reports whatever is drawn on the screen.

use std::thread;
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::damage::{self, ConnectionExt as _, ReportLevel};
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};

use super::{Desktop, Result};

/// How often reports are looked for: finer than any difference that is measured with them.
const LOOK: Duration = Duration::from_micros(200);

/// Counts what is drawn, from the moment it was made.
pub(crate) struct Frames<'a> {
    desktop: &'a Desktop,
    damage: damage::Damage,
    before: Vec<u8>,
}

impl<'a> Frames<'a> {
    /// Watches the whole screen.
    pub(crate) fn watch(desktop: &'a Desktop) -> Result<Self> {
        let connection = &desktop.connection;
        connection.damage_query_version(1, 1)?.reply()?;
        let damage = connection.generate_id()?;
        connection.damage_create(damage, desktop.root, ReportLevel::RAW_RECTANGLES)?.check()?;
        let mut frames = Self { desktop, damage, before: Vec::new() };
        frames.before = frames.middle()?;
        // What there is already is reported once, too.
        frames.count()?;
        Ok(frames)
    }

    /// How often something was drawn since the last look. A program presents a frame as one image.
    pub(crate) fn count(&mut self) -> Result<usize> {
        // What the server has not told yet, it tells before this reply.
        self.desktop.settle()?;
        let mut count = 0;
        while let Some(event) = self.desktop.connection.poll_for_event()? {
            count += usize::from(matches!(event, Event::DamageNotify(_)));
        }
        Ok(count)
    }

    /// Waits until the middle of the screen is not what it was when the watch began.
    pub(crate) fn wait_until_drawn(&mut self, timeout: Duration) -> Result<()> {
        let start = Instant::now();
        loop {
            // A window that is only mapped, still without a picture, is drawn on too.
            if self.count()? > 0 && self.middle()? != self.before {
                return Ok(());
            }
            if start.elapsed() > timeout {
                return Err(format!("nothing was drawn in {} s", timeout.as_secs_f32()).into());
            }
            thread::sleep(LOOK);
        }
    }

    fn middle(&self) -> Result<Vec<u8>> {
        let Desktop { connection, root, width, height, .. } = self.desktop;
        let (x, y) = (width / 2, height / 2);
        let (x, y) = (i16::try_from(x)?, i16::try_from(y)?);
        Ok(connection.get_image(ImageFormat::Z_PIXMAP, *root, x, y, 1, 1, u32::MAX)?.reply()?.data)
    }
}

impl Drop for Frames<'_> {
    fn drop(&mut self) {
        // The server forgets it with the connection at the latest.
        if let Ok(cookie) = self.desktop.connection.damage_destroy(self.damage) {
            cookie.ignore_error();
        }
    }
}
