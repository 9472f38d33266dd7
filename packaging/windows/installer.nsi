; The installer for Windows: makensis -DVERSION=0.2.0 -DFILES=folder -DOUT=setup.exe installer.nsi (packaging/windows/build does that).
;
; Silent: setup.exe /S [/AUTOSTART]. Removal keeps the files of stations: it runs as the administrator, and they are of other users.
Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
ManifestDPIAware true
RequestExecutionLevel admin

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh

Name "swip-kiosk"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\swip-kiosk"
InstallDirRegKey HKLM "Software\swip-kiosk" "Folder"

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "swip-kiosk"
VIAddVersionKey "FileDescription" "swip-kiosk setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "MIT OR Apache-2.0"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\swip-kiosk"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION RunAsUser

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Russian"

LangString Program ${LANG_ENGLISH} "Program and start menu"
LangString Program ${LANG_RUSSIAN} "Программа и меню «Пуск»"
LangString Autostart ${LANG_ENGLISH} "Start with Windows"
LangString Autostart ${LANG_RUSSIAN} "Запускать вместе с Windows"
LangString Runs ${LANG_ENGLISH} "swip-kiosk is still running. Close its window and press Retry."
LangString Runs ${LANG_RUSSIAN} "Программа swip-kiosk ещё работает. Закройте её окно и нажмите «Повтор»."
LangString Windows10 ${LANG_ENGLISH} "swip-kiosk needs a 64-bit Windows 10 or later."
LangString Windows10 ${LANG_RUSSIAN} "Для swip-kiosk нужна 64-разрядная Windows 10 или новее."
LangString DataStays ${LANG_ENGLISH} "The files of stations stay: signups that were not sent yet and the evidence of consents are among them. They are in the folder %LOCALAPPDATA%\swip-kiosk of each Windows user who had a station, or where --data-dir said; the key is in that user's Credential Manager. Delete them as that user if nobody needs them any more."
LangString DataStays ${LANG_RUSSIAN} "Файлы станций остаются: среди них ещё не отправленные регистрации и подтверждения согласий. Они лежат в папке %LOCALAPPDATA%\swip-kiosk каждого пользователя Windows, у которого была станция, или там, где указано в --data-dir; ключ – в диспетчере учётных данных этого пользователя. Если они больше никому не нужны, удалите их от его имени."

; Asks a running window to close, and waits for its end: what it is doing is finished first.
!macro CloseProgram UN
Function ${UN}CloseProgram
    ${If} ${FileExists} "$INSTDIR\swip-kiosk.exe"
        ${For} $R0 0 40
            ; A program that runs cannot be opened for writing. The starter of a kiosk ends a moment after it.
            ClearErrors
            FileOpen $R1 "$INSTDIR\swip-kiosk.exe" a
            FileClose $R1
            ${IfNot} ${Errors}
                FileOpen $R1 "$INSTDIR\swip-kiosk-window.exe" a
                FileClose $R1
            ${EndIf}
            ${IfNot} ${Errors}
                Return
            ${EndIf}
            ${If} $R0 = 0
                ; By its whole path: this runs as the administrator, and from a folder of anybody's.
                nsExec::Exec '"$SYSDIR\taskkill.exe" /IM swip-kiosk.exe'
                Pop $R2
            ${EndIf}
            ${If} $R0 = 40
                MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(Runs)" /SD IDCANCEL IDRETRY again
                SetErrorLevel 3
                Abort "$(Runs)"
                again:
                ; The next round is the first again, which asks the window to close.
                StrCpy $R0 -1
            ${EndIf}
            Sleep 250
        ${Next}
    ${EndIf}
FunctionEnd
!macroend
!insertmacro CloseProgram ""
!insertmacro CloseProgram "un."

; By the desktop, which belongs to whoever sits there: started by this, the program would make a station of the administrator's.
Function RunAsUser
    Exec '"$WINDIR\explorer.exe" "$INSTDIR\swip-kiosk-window.exe"'
FunctionEnd

Function .onInit
    SetRegView 64
    ; On 32 bit this does not even start.
    ${IfNot} ${AtLeastWin10}
        MessageBox MB_ICONSTOP "$(Windows10)" /SD IDOK
        SetErrorLevel 4
        Quit
    ${EndIf}
    ${GetParameters} $R0
    ClearErrors
    ${GetOptions} $R0 "/AUTOSTART" $R1
    ${IfNot} ${Errors}
        SectionGetFlags 1 $R2
        IntOp $R2 $R2 | 1
        SectionSetFlags 1 $R2
    ${EndIf}
    ; An upgrade leaves it as it was chosen.
    ReadRegStr $R1 HKLM "${RUN}" "swip-kiosk"
    ${If} $R1 != ""
        SectionGetFlags 1 $R2
        IntOp $R2 $R2 | 1
        SectionSetFlags 1 $R2
    ${EndIf}
FunctionEnd

Section "$(Program)" SecProgram
    SectionIn RO
    SetShellVarContext all
    Call CloseProgram
    SetOutPath "$INSTDIR"
    File "${FILES}\swip-kiosk.exe"
    File "${FILES}\swip-kiosk-window.exe"
    File "${FILES}\LICENSE-MIT.txt"
    File "${FILES}\LICENSE-APACHE.txt"
    File "${FILES}\LICENSE-Inter.txt"
    File "${FILES}\kiosk.ps1"
    File "${FILES}\README.md"
    WriteUninstaller "$INSTDIR\uninstall.exe"
    CreateShortcut "$SMPROGRAMS\swip-kiosk.lnk" "$INSTDIR\swip-kiosk-window.exe"
    WriteRegStr HKLM "Software\swip-kiosk" "Folder" "$INSTDIR"
    WriteRegStr HKLM "${UNINSTALL}" "DisplayName" "swip-kiosk"
    WriteRegStr HKLM "${UNINSTALL}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKLM "${UNINSTALL}" "DisplayIcon" "$INSTDIR\swip-kiosk.exe"
    WriteRegStr HKLM "${UNINSTALL}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKLM "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKLM "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKLM "${UNINSTALL}" "NoModify" 1
    WriteRegDWORD HKLM "${UNINSTALL}" "NoRepair" 1
    ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
    WriteRegDWORD HKLM "${UNINSTALL}" "EstimatedSize" "$0"
    DeleteRegValue HKLM "${RUN}" "swip-kiosk"
SectionEnd

Section /o "$(Autostart)" SecAutostart
    WriteRegStr HKLM "${RUN}" "swip-kiosk" '"$INSTDIR\swip-kiosk-window.exe"'
SectionEnd

Function un.onInit
    SetRegView 64
FunctionEnd

Section "Uninstall"
    SetShellVarContext all
    Call un.CloseProgram
    Delete "$SMPROGRAMS\swip-kiosk.lnk"
    Delete "$INSTDIR\swip-kiosk.exe"
    Delete "$INSTDIR\swip-kiosk-window.exe"
    Delete "$INSTDIR\LICENSE-MIT.txt"
    Delete "$INSTDIR\LICENSE-APACHE.txt"
    Delete "$INSTDIR\LICENSE-Inter.txt"
    Delete "$INSTDIR\kiosk.ps1"
    Delete "$INSTDIR\README.md"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    DeleteRegValue HKLM "${RUN}" "swip-kiosk"
    DeleteRegKey HKLM "${UNINSTALL}"
    DeleteRegKey HKLM "Software\swip-kiosk"
    MessageBox MB_OK|MB_ICONINFORMATION "$(DataStays)" /SD IDOK
SectionEnd
