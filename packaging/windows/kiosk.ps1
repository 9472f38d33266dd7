# Makes this Windows machine a kiosk that shows swip-kiosk and nothing else, and undoes that.
#
#   powershell -ExecutionPolicy Bypass -File kiosk.ps1 -User kiosk            set up
#   powershell -ExecutionPolicy Bypass -File kiosk.ps1 -User kiosk -Undo      undo
#
# Run as administrator. Set the station up first, as the kiosk's user, since a station belongs to the user who runs it: README.md.
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [ValidatePattern('^[A-Za-z0-9_-]{1,20}$')] [string] $User,
    # Folder of the installed program.
    [string] $Program = "$env:ProgramFiles\swip-kiosk",
    [switch] $Undo
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$Winlogon = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon'
$EdgeUi = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\EdgeUI'
# Not swip-kiosk.exe itself: that has a console, a black window whose closing would end the kiosk.
$Exe = Join-Path $Program 'swip-kiosk-window.exe'
$Shell = "`"$Exe`" --wait"
# What the kiosk's user may not do; the names are those of the policies.
$UserPolicies = @(
    @{ Key = 'Software\Microsoft\Windows\CurrentVersion\Policies\System'; Name = 'DisableTaskMgr' }
    @{ Key = 'Software\Microsoft\Windows\CurrentVersion\Policies\System'; Name = 'DisableLockWorkstation' }
    @{ Key = 'Software\Microsoft\Windows\CurrentVersion\Policies\System'; Name = 'DisableChangePassword' }
    @{ Key = 'Software\Microsoft\Windows\CurrentVersion\Policies\Explorer'; Name = 'NoLogoff' }
    @{ Key = 'Software\Microsoft\Windows\CurrentVersion\Policies\Explorer'; Name = 'NoWinKeys' }
    @{ Key = 'Software\Policies\Microsoft\Windows\Explorer'; Name = 'DisableNotificationCenter' }
)
# Keys that the Keyboard Filter blocks where the edition has it; the names are its own, letter by letter.
$Keys = 'Ctrl+Alt+Del', 'Shift+Ctrl+Esc', 'Win+L', 'Win+R', 'Win+E', 'Windows', 'Alt+F4', 'Alt+Tab', 'Ctrl+Esc', 'Ctrl+Alt+Esc'

function Get-Feature([string] $Name) {
    Get-WindowsOptionalFeature -Online -FeatureName $Name -ErrorAction SilentlyContinue
}

function Get-WmiOrNull([string] $Class, [string] $Filter) {
    try { Get-CimInstance -Namespace root\standardcimv2\embedded -ClassName $Class -Filter $Filter } catch { $null }
}

# New-Item alone would empty a key that is there, of what others and this script have put into it.
function Add-Key([string] $Path) {
    if (-not (Test-Path -LiteralPath $Path)) { New-Item -Path $Path -Force | Out-Null }
}

# Switches what the Keyboard Filter blocks, and returns those of the keys that it knew.
function Set-KeyboardFilter([bool] $Blocks) {
    foreach ($name in $Keys) {
        $key = Get-WmiOrNull 'WEKF_PredefinedKey' "Id='$name'"
        if ($null -ne $key) {
            Set-CimInstance -InputObject $key -Property @{ Enabled = $Blocks } | Out-Null
            $name
        }
    }
}

# Loads the registry of the user, who must not be logged in, and hands its path to the block.
function Use-UserHive([string] $Profile, [scriptblock] $Block) {
    & reg.exe load HKU\swip-kiosk (Join-Path $Profile 'NTUSER.DAT') | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "The registry of $User cannot be loaded: log $User off first." }
    try { & $Block 'Registry::HKEY_USERS\swip-kiosk' }
    finally {
        # A registry that stays loaded keeps the user from logging in: whatever of it is still open is let go of first.
        foreach ($try in 1..10) {
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
            # By way of cmd: PowerShell takes a redirected word of reg.exe for an error of its own.
            & cmd.exe /c 'reg.exe unload HKU\swip-kiosk >nul 2>&1'
            if ($LASTEXITCODE -eq 0) { break }
            Start-Sleep -Milliseconds 300
        }
        if ($LASTEXITCODE -ne 0) { Write-Warning "The registry of $User stays loaded: start Windows again before $User logs in." }
    }
}

function Get-Profile {
    $sid = (Get-LocalUser -Name $User).SID.Value
    $found = Get-CimInstance Win32_UserProfile -Filter "SID='$sid'"
    if ($null -eq $found) { throw "$User has no profile yet: log in once as $User, set the station up, and log off." }
    $found.LocalPath
}

function Set-Kiosk {
    if (-not (Test-Path $Exe)) { throw "There is no $Exe." }
    $account = Get-LocalUser -Name $User -ErrorAction SilentlyContinue
    if ($null -eq $account) { throw "There is no user ${User}: make one without administrator's rights, log in once, and set the station up." }
    $sid = $account.SID.Value

    # The program instead of the desktop.
    if ($null -ne (Get-Feature 'Client-EmbeddedShellLauncher')) {
        Enable-WindowsOptionalFeature -Online -FeatureName Client-EmbeddedShellLauncher -All -NoRestart | Out-Null
        $launcher = [wmiclass] '\\localhost\root\standardcimv2\embedded:WESL_UserSetting'
        # 0: start the program again whenever it ends.
        $launcher.SetCustomShell($sid, $Shell, $null, $null, 0) | Out-Null
        $launcher.SetDefaultShell('explorer.exe', 0) | Out-Null
        $launcher.SetEnabled($true) | Out-Null
        Write-Output 'Shell Launcher shows the program, and starts it again whenever it ends.'
    } else {
        Use-UserHive (Get-Profile) {
            param($hive)
            $key = "$hive\Software\Microsoft\Windows NT\CurrentVersion\Winlogon"
            Add-Key $key
            Set-ItemProperty -Path $key -Name Shell -Value $Shell
        }
        Write-Output 'The program is the shell of the user. Nothing starts it again if it ends: this edition has no Shell Launcher.'
    }

    Use-UserHive (Get-Profile) {
        param($hive)
        foreach ($policy in $UserPolicies) {
            Add-Key "$hive\$($policy.Key)"
            Set-ItemProperty -Path "$hive\$($policy.Key)" -Name $policy.Name -Value 1 -Type DWord
        }
    }

    if ($null -ne (Get-Feature 'Client-KeyboardFilter')) {
        Enable-WindowsOptionalFeature -Online -FeatureName Client-KeyboardFilter -All -NoRestart | Out-Null
        $known = @(Set-KeyboardFilter $true)
        if ($known.Count -eq 0) {
            Write-Warning 'Keyboard Filter blocks nothing yet: it was only just switched on. Start Windows again and run this once more.'
        } else {
            Write-Output "Keyboard Filter blocks $($known.Count) keys after the next start, for administrators, too, unless told otherwise."
            $unknown = @($Keys | Where-Object { $_ -notin $known })
            if ($unknown.Count -gt 0) { Write-Warning "Keyboard Filter does not know $($unknown -join ', '): try them." }
        }
    } else {
        Write-Warning 'This edition has no Keyboard Filter: Ctrl+Alt+Del opens the screen of Windows. Keep keyboards out of reach.'
    }

    # No swipe from an edge opens anything.
    Add-Key $EdgeUi
    Set-ItemProperty -Path $EdgeUi -Name AllowEdgeSwipe -Value 0 -Type DWord

    Set-ItemProperty -Path $Winlogon -Name AutoAdminLogon -Value '1'
    Set-ItemProperty -Path $Winlogon -Name DefaultUserName -Value $User
    Set-ItemProperty -Path $Winlogon -Name DefaultDomainName -Value $env:COMPUTERNAME
    Write-Output "Next: give Windows the password of $User with Autologon of Sysinternals, which keeps it as a secret. Then start again."
}

function Reset-Kiosk {
    $sid = (Get-LocalUser -Name $User).SID.Value
    # Most editions have none.
    $feature = Get-Feature 'Client-EmbeddedShellLauncher'
    if ($null -ne $feature -and $feature.State -eq 'Enabled') {
        $launcher = [wmiclass] '\\localhost\root\standardcimv2\embedded:WESL_UserSetting'
        try { $launcher.RemoveCustomShell($sid) | Out-Null } catch { Write-Warning 'Shell Launcher did not know the user.' }
        $launcher.SetEnabled($false) | Out-Null
    }
    Use-UserHive (Get-Profile) {
        param($hive)
        Remove-ItemProperty -Path "$hive\Software\Microsoft\Windows NT\CurrentVersion\Winlogon" -Name Shell -ErrorAction SilentlyContinue
        foreach ($policy in $UserPolicies) {
            Remove-ItemProperty -Path "$hive\$($policy.Key)" -Name $policy.Name -ErrorAction SilentlyContinue
        }
    }
    Set-KeyboardFilter $false | Out-Null
    Remove-ItemProperty -Path $EdgeUi -Name AllowEdgeSwipe -ErrorAction SilentlyContinue
    Set-ItemProperty -Path $Winlogon -Name AutoAdminLogon -Value '0'
    Remove-ItemProperty -Path $Winlogon -Name DefaultPassword -ErrorAction SilentlyContinue
    Write-Output "Undone. $User gets the desktop at the next start; the files of the station are where they were."
}

if ($PSCmdlet.ShouldProcess($env:COMPUTERNAME, $(if ($Undo) { 'undo the kiosk' } else { 'set up the kiosk' }))) {
    if ($Undo) { Reset-Kiosk } else { Set-Kiosk }
}
