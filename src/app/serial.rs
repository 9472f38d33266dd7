//! The scanner at a serial port, as the window has it: read for as long as the settings name a port.

use egui::{Context, ViewportId};
use tokio::runtime::Handle;

use super::App;
use super::event::Event;
use crate::domain::{Now, PortStatus, Scan, SerialPort};
use crate::services::serial_scanner::PortReader;

/// What is read, and from where; nothing while no port is set.
#[derive(Default)]
pub(super) struct SerialScanner {
    reader: Option<(SerialPort, PortReader)>,
}

impl SerialScanner {
    /// Reads this port from now on, or none.
    fn keep(&mut self, wanted: Option<SerialPort>, tokio: &Handle, ctx: &Context) {
        if self.reader.as_ref().map(|(port, _)| port) == wanted.as_ref() {
            return;
        }
        let before = self.reader.take().map(|(_, reader)| reader);
        self.reader = wanted.map(|port| {
            let ctx = ctx.clone();
            let wake = move || ctx.request_repaint_of(ViewportId::ROOT);
            (port.clone(), PortReader::start(tokio, port, before, wake))
        });
    }

    fn status(&self) -> PortStatus {
        self.reader.as_ref().map(|(_, reader)| reader.status()).unwrap_or_default()
    }

    /// The next scan that nobody has taken yet.
    pub(super) fn next_scan(&mut self) -> Option<Scan> {
        self.reader.as_mut()?.1.next_scan()
    }

    /// Whether there is another one.
    pub(super) fn has_scans(&self) -> bool {
        self.reader.as_ref().is_some_and(|(_, reader)| reader.has_scans())
    }

    /// Whoever scanned is gone.
    pub(super) fn forget_scans(&mut self) {
        while self.next_scan().is_some() {}
    }
}

impl App {
    /// Reads the port that the settings name, and notes how it is with it.
    pub(super) fn keep_scanner(&mut self, ctx: &Context, now: Now) {
        self.typing.scanner.keep(self.state.serial_port(), self.runner.tokio(), ctx);
        let status = self.typing.scanner.status();
        if status != self.state.station.scanner {
            self.dispatch(Event::ScannerChanged(status), now);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;

    use super::*;
    use crate::domain::{PortName, PortSpeed};

    #[test]
    fn while_no_port_is_set_nothing_is_made_for_one() {
        let (tokio, ctx) = (Builder::new_current_thread().enable_all().build().unwrap(), Context::default());
        let mut scanner = SerialScanner::default();
        scanner.keep(None, tokio.handle(), &ctx);
        assert!(scanner.reader.is_none());
        assert_eq!((scanner.status(), tokio.metrics().num_alive_tasks()), (PortStatus::Off, 0));
        let name = PortName::parse("/dev/no-such-scanner").unwrap().unwrap();
        let port = SerialPort { name, speed: PortSpeed::default() };
        for _ in 0..3 {
            scanner.keep(Some(port.clone()), tokio.handle(), &ctx);
        }
        assert_eq!((scanner.status(), tokio.metrics().num_alive_tasks()), (PortStatus::Looking, 1));
        scanner.keep(None, tokio.handle(), &ctx);
        assert_eq!(scanner.status(), PortStatus::Off);
        tokio.block_on(tokio::task::yield_now());
        assert_eq!(tokio.metrics().num_alive_tasks(), 0);
    }
}
