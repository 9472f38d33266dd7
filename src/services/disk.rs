//! What the disk under a folder is like: how much room there is, and whether it is one of this machine.

use std::path::Path;

/// Network file systems, by the number that Linux gives them.
#[cfg(any(target_os = "linux", test))]
const REMOTE: [u64; 10] = [
    0x6969,      // NFS
    0x517b,      // SMB
    0xfe53_4d42, // SMB 2
    0xff53_4d42, // CIFS
    0x564c,      // NCP
    0x7375_7245, // Coda
    0x5346_414f, // AFS
    0x6b41_4653, // AFS of the kernel
    0x00c3_6400, // Ceph
    0x0bd0_0bd0, // Lustre
];

/// Everything that is served by a program, near or far; a virtual machine's shared folder too.
#[cfg(any(target_os = "linux", test))]
const FUSE: u64 = 0x6573_5546;

/// Programs behind FUSE that lead to another machine. Others, as for NTFS or a container's layers, do not.
#[cfg(any(target_os = "linux", test))]
const REMOTE_FUSE: [&str; 14] = [
    "sshfs",
    "rclone",
    "s3fs",
    "gcsfuse",
    "goofys",
    "davfs",
    "davfs2",
    "curlftpfs",
    "glusterfs",
    "cephfs",
    "ceph-fuse",
    "juicefs",
    "gvfsd-fuse",
    "onedriver",
];

/// File systems in memory: what is in them is gone with the next start of the machine.
#[cfg(target_os = "linux")]
const IN_MEMORY: [u64; 2] = [
    0x0102_1994, // tmpfs
    0x8584_58f6, // ramfs
];

/// One folder laid over another; what is written goes to the upper one.
#[cfg(any(target_os = "linux", test))]
const OVERLAY: u64 = 0x794c_7630;

/// The upper folder of an overlay may be on another one, though hardly on more than this.
#[cfg(any(target_os = "linux", test))]
const MOST_OVERLAYS: usize = 8;

/// Where Linux numbers the processes of the machine itself; a constant of the kernel.
#[cfg(target_os = "linux")]
const NUMBERS_OF_MACHINE: &str = "pid:[4026531836]";

/// Folders that a program beside ours copies to other machines while they change, by name in small letters.
const SYNCHRONISED: [&str; 12] = [
    "dropbox",
    "onedrive",
    "google drive",
    "googledrive",
    "icloud drive",
    "iclouddrive",
    "mobile documents",
    "cloudstorage",
    "yandex.disk",
    "yandexdisk",
    "nextcloud",
    "owncloud",
];

/// How many bytes the program may still write under a folder; none where the system does not tell.
pub(super) fn free_bytes(folder: &Path) -> Option<u64> {
    fs4::available_space(folder).ok()
}

/// Whether a folder, which may not be there yet, is on another machine or copied to others: a database there is damaged
/// sooner or later.
pub(super) fn is_shared(folder: &Path) -> bool {
    let Some(there) = folder.ancestors().find_map(|folder| folder.canonicalize().ok()) else {
        return false;
    };
    is_synchronised(folder) || is_synchronised(&there) || is_remote(&there)
}

#[cfg(target_os = "linux")]
fn is_remote(folder: &Path) -> bool {
    file_system(folder).is_some_and(|(kind, mounts, device)| is_remote_kind(kind, mount_of(&mounts, &device)))
}

/// Whether what is written to a folder, which may not be there yet, is gone with the next start of the machine: kiosks with a
/// root that is only read often have such.
pub(super) fn is_volatile(folder: &Path) -> bool {
    let there = folder.ancestors().find_map(|folder| folder.canonicalize().ok());
    there.is_some_and(|there| there.is_dir() && forgets(&there))
}

#[cfg(target_os = "linux")]
fn forgets(folder: &Path) -> bool {
    file_system(folder).is_some_and(|(kind, mounts, device)| match kind {
        kind if IN_MEMORY.contains(&kind) => true,
        OVERLAY => is_overlay_in_memory(&mounts, &device, forgets_unseen(folder), MOST_OVERLAYS),
        _ => is_disk_of_memory(&device),
    })
}

#[cfg(not(target_os = "linux"))]
fn forgets(_folder: &Path) -> bool {
    false
}

/// The kind of the file system of a folder, the list of mounts, and the device's name in it.
#[cfg(target_os = "linux")]
fn file_system(folder: &Path) -> Option<(u64, String, String)> {
    use std::os::unix::fs::MetadataExt;
    let found = rustix::fs::statfs(folder).ok()?;
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let device = folder.metadata().map(|found| found.dev()).unwrap_or_default();
    let device = format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
    Some((found.f_type.cast_unsigned(), mounts, device))
}

/// Whether a folder that a root is laid over, and that nobody sees, is in memory: such is what Raspberry Pi OS mounts before the root
/// to keep a card as it is. What is larger than the memory is a disk, as on a stick that remembers; a container's is its host's.
#[cfg(target_os = "linux")]
fn forgets_unseen(folder: &Path) -> bool {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory =
        text.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let fits = memory.zip(fs4::total_space(folder).ok()).is_none_or(|(kib, bytes)| bytes <= kib.saturating_mul(1024));
    fits && !is_container()
}

/// Whether the files are those of a container: it numbers its processes itself, or else has the mark of docker or podman.
#[cfg(target_os = "linux")]
fn is_container() -> bool {
    let numbers = std::fs::read_link("/proc/self/ns/pid").ok();
    let are_of_machine = numbers.is_some_and(|numbers| numbers == Path::new(NUMBERS_OF_MACHINE));
    !are_of_machine || ["/.dockerenv", "/run/.containerenv"].iter().any(|mark| Path::new(mark).exists())
}

/// Whether the upper folder of an overlay is in memory, or the overlay itself is told to forget. Where the root is laid over a
/// folder that nobody here can see, `forgets_unseen` says what is to be thought of that.
#[cfg(any(target_os = "linux", test))]
fn is_overlay_in_memory(mounts: &str, of: &str, forgets_unseen: bool, most: usize) -> bool {
    let Some(line) = line_of(mounts, of) else {
        return false;
    };
    let options = line.split_once(" - ").and_then(|(_, what)| what.split(' ').nth(2)).unwrap_or_default();
    let mut options = options.split(',');
    if options.clone().any(|option| option == "volatile") {
        return true;
    }
    let Some(upper) = options.find_map(|option| option.strip_prefix("upperdir=")) else {
        return false;
    };
    let over = mounts.lines().filter_map(|line| {
        let point = line.split(' ').nth(4)?;
        let (kind, _) = kind_and_source(line)?;
        Path::new(upper).starts_with(point).then_some((point.len(), kind, line.split(' ').nth(2)?))
    });
    // Of several mounts over one place the last is the one that is seen.
    over.max_by_key(|(length, ..)| *length).is_some_and(|(length, kind, device)| match kind {
        "tmpfs" | "ramfs" => true,
        // To itself: the folder was mounted before the root, or is the host's.
        "overlay" if device == of && length == 1 => forgets_unseen,
        "overlay" if most > 0 => is_overlay_in_memory(mounts, device, forgets_unseen, most - 1),
        _ => false,
    })
}

/// Whether the disk of this number is no more than memory.
#[cfg(target_os = "linux")]
fn is_disk_of_memory(device: &str) -> bool {
    let disk = Path::new("/sys/dev/block").join(device);
    let Some(name) = std::fs::read_link(&disk).ok().and_then(|there| there.file_name()?.to_str().map(str::to_owned))
    else {
        return false;
    };
    let file = std::fs::read_to_string(disk.join("loop/backing_file")).ok();
    is_made_of_memory(&name, file.as_deref().map(|file| Path::new(file.trim_end())), is_volatile)
}

/// Whether a disk is no more than memory: by its name and, where it is a file that is taken for a disk, the file.
#[cfg(any(target_os = "linux", test))]
fn is_made_of_memory(name: &str, file: Option<&Path>, forgets: impl Fn(&Path) -> bool) -> bool {
    let is_numbered = |kind| {
        let number: Option<&str> = name.strip_prefix(kind);
        number.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    is_numbered("zram") || is_numbered("ram") || file.and_then(Path::parent).is_some_and(forgets)
}

#[cfg(windows)]
fn is_remote(folder: &Path) -> bool {
    is_unc(&folder.to_string_lossy())
}

#[cfg(not(any(target_os = "linux", windows)))]
fn is_remote(_folder: &Path) -> bool {
    false
}

/// Decides by the kind of file system and, where that says too little, by the type and the source of the mount.
#[cfg(any(target_os = "linux", test))]
fn is_remote_kind(kind: u64, mount: Option<(&str, &str)>) -> bool {
    if kind != FUSE {
        return REMOTE.contains(&kind);
    }
    let Some((name, source)) = mount else {
        return false;
    };
    let program = name.strip_prefix("fuse.").unwrap_or(name);
    let is_address = source.contains("://") || source.contains(":/") || source.starts_with("//");
    REMOTE_FUSE.contains(&program) || (name.starts_with("fuse") && is_address)
}

/// The type and the source of the mount of a device, from the list that Linux keeps.
#[cfg(any(target_os = "linux", test))]
fn mount_of<'a>(mounts: &'a str, device: &str) -> Option<(&'a str, &'a str)> {
    kind_and_source(line_of(mounts, device)?)
}

#[cfg(any(target_os = "linux", test))]
fn line_of<'a>(mounts: &'a str, device: &str) -> Option<&'a str> {
    mounts.lines().find(|line| line.split(' ').nth(2) == Some(device))
}

#[cfg(any(target_os = "linux", test))]
fn kind_and_source(line: &str) -> Option<(&str, &str)> {
    let (_, what) = line.split_once(" - ")?;
    let mut words = what.split(' ');
    Some((words.next()?, words.next()?))
}

/// Whether a path of Windows leads to another machine.
#[cfg(any(windows, test))]
fn is_unc(path: &str) -> bool {
    let path = path.replace('/', "\\").to_ascii_uppercase();
    path.starts_with("\\\\?\\UNC\\")
        || (path.starts_with("\\\\") && !path.starts_with("\\\\?\\") && !path.starts_with("\\\\.\\"))
}

fn is_synchronised(folder: &Path) -> bool {
    folder.components().any(|part| {
        let name = part.as_os_str().to_string_lossy().to_lowercase();
        SYNCHRONISED.contains(&name.as_str()) || name.starts_with("onedrive - ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXT4: u64 = 0xef53;
    const TMPFS: u64 = 0x0102_1994;
    const PLAN_9: u64 = 0x0102_1997;

    #[test]
    fn network_file_systems_are_told_from_those_of_this_machine() {
        for kind in [EXT4, TMPFS, OVERLAY, PLAN_9, 0x9123_683e, 0x5846_5342, 0x2fc1_2fc1] {
            assert!(!is_remote_kind(kind, None), "{kind:x}");
        }
        for kind in REMOTE {
            assert!(is_remote_kind(kind, None), "{kind:x}");
        }
        for (name, source) in [
            ("virtiofs", "share"),
            ("fuseblk", "/dev/sda1"),
            ("fuse.fuse-overlayfs", "fuse-overlayfs"),
            ("fuse.bindfs", "/srv/data"),
            ("fuse", "/dev/fuse"),
        ] {
            assert!(!is_remote_kind(FUSE, Some((name, source))), "{name}");
        }
        for (name, source) in [
            ("fuse.sshfs", "shop@server:/data"),
            ("fuse.rclone", "drive:"),
            ("fuse", "https://cloud.example.org/dav"),
            ("fuse.unheard-of", "server:/data"),
        ] {
            assert!(is_remote_kind(FUSE, Some((name, source))), "{name}");
        }
    }

    #[test]
    fn the_mount_of_a_device_is_read_from_the_list() {
        let mounts = "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n\
                      40 22 0:36 / /mnt/far rw shared:7 - fuse.sshfs shop@server:/data rw,user_id=0\n";
        assert_eq!(mount_of(mounts, "0:36"), Some(("fuse.sshfs", "shop@server:/data")));
        assert_eq!(mount_of(mounts, "254:0"), Some(("ext4", "/dev/vda")));
        assert_eq!(mount_of(mounts, "254:1"), None);
    }

    #[test]
    fn an_overlay_forgets_where_its_upper_folder_is_in_memory() {
        let root = "22 1 254:0 / / rw - ext4 /dev/vda rw";
        let memory = "30 22 0:31 / /media/root-rw rw - tmpfs tmpfs-root rw";
        let overlay =
            |options: &str| format!("40 22 0:36 / /srv rw - overlay overlayroot rw,lowerdir=/media/root-ro{options}");
        for (mounts, forgets) in [
            (format!("{root}\n{memory}\n{}", overlay(",upperdir=/media/root-rw/overlay,workdir=/w")), true),
            (format!("{root}\n{}\n{memory}", overlay(",upperdir=/media/root-rw,workdir=/w")), true),
            (format!("{root}\n{memory}\n{}", overlay(",upperdir=/media/root-rw-2/overlay,workdir=/w")), false),
            (format!("{root}\n{}", overlay(",upperdir=/data/upper,workdir=/w,volatile")), true),
            (format!("{root}\n{memory}\n{}", overlay("")), false),
            (String::new(), false),
            // On another overlay, as in a container of a machine that was started from a stick.
            (
                format!(
                    "{root}\n{memory}\n50 22 0:40 / /var rw - overlay o rw,lowerdir=/v,upperdir=/media/root-rw/var,workdir=/w\n{}",
                    overlay(",upperdir=/var/lib/upper,workdir=/w")
                ),
                true,
            ),
            (format!("{root}\n{}", overlay(",upperdir=/srv/upper,workdir=/w")), false),
        ] {
            for forgets_unseen in [false, true] {
                let found = is_overlay_in_memory(&mounts, "0:36", forgets_unseen, MOST_OVERLAYS);
                assert_eq!(found, forgets, "{mounts}");
            }
        }
    }

    #[test]
    fn a_root_laid_over_a_folder_that_nobody_sees_forgets_unless_this_is_a_container() {
        // As a Raspberry Pi that was told to keep its card as it is; a container; and one more layer on each.
        let pi =
            "25 1 0:22 / / rw,noatime - overlay overlay rw,lowerdir=/lower,upperdir=/upper/data,workdir=/upper/work";
        let container = "40 22 0:22 / / rw - overlay overlay rw,upperdir=/var/lib/containers/x/diff";
        let above = "50 25 0:36 / /srv rw - overlay o rw,lowerdir=/v,upperdir=/opt/upper,workdir=/w";
        for root in [pi, container] {
            for forgets_unseen in [false, true] {
                assert_eq!(is_overlay_in_memory(root, "0:22", forgets_unseen, MOST_OVERLAYS), forgets_unseen, "{root}");
                let both = format!("{root}\n{above}");
                assert_eq!(
                    is_overlay_in_memory(&both, "0:36", forgets_unseen, MOST_OVERLAYS),
                    forgets_unseen,
                    "{both}"
                );
            }
        }
        // What is seen is believed.
        let seen = format!("{pi}\n30 25 179:3 / /upper rw - ext4 /dev/mmcblk0p3 rw");
        assert!(!is_overlay_in_memory(&seen, "0:22", true, MOST_OVERLAYS));
    }

    #[test]
    fn a_disk_that_is_made_of_memory_forgets() {
        let in_memory = |folder: &Path| folder == Path::new("/run/images");
        for (name, file, forgets) in [
            ("zram0", None, true),
            ("ram15", None, true),
            ("loop3", Some("/run/images/data.img"), true),
            ("loop3", Some("/run/images/data.img (deleted)"), true),
            ("loop3", Some("/srv/data.img"), false),
            ("loop3", None, false),
            ("mmcblk0p2", None, false),
            ("sda1", None, false),
            ("nvme0n1p2", None, false),
            ("dm-0", None, false),
            ("rampart1", None, false),
            ("zram", None, false),
        ] {
            assert_eq!(is_made_of_memory(name, file.map(Path::new), in_memory), forgets, "{name} {file:?}");
        }
    }

    #[test]
    fn a_path_to_another_windows_machine_is_told_from_a_long_path() {
        for path in [r"\\server\share\kiosk", "//server/share", r"\\?\UNC\server\share"] {
            assert!(is_unc(path), "{path}");
        }
        for path in [r"C:\Users\shop", r"\\?\C:\Users\shop", r"\\.\pipe", "kiosk"] {
            assert!(!is_unc(path), "{path}");
        }
    }

    #[test]
    fn folders_of_cloud_programs_are_known_by_name() {
        for path in ["/srv/shop/Dropbox/kiosk", "/srv/shop/OneDrive - Shop/kiosk", "/srv/shop/Yandex.Disk/a/b"] {
            assert!(is_shared(Path::new(path)), "{path}");
        }
        assert!(!is_shared(Path::new("/srv/shop/.local/share/swip-kiosk")));
    }

    #[test]
    fn the_disk_that_the_tests_run_on_is_of_this_machine_and_has_room() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_shared(folder.path()));
        assert!(!is_shared(&folder.path().join("not/there/yet")));
        assert!(free_bytes(folder.path()).is_some_and(|free| free > 0));
    }
}
