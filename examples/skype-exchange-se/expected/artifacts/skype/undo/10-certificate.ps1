#requires -Version 3.0
# Takes a run of its twin in ..\scripts back where that is possible: an assignment that it made where
# none was. A staged certificate and one that replaced an expired one stay, and so does what was
# brought into the store or asked for; this script names them.
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    # The run to take back, as its before-image is named; without it the newest.
    [string] $RunToUndo = ''
)

$Declared = @{
    Format      = 1
    Script      = 'skype/undo/10-certificate.ps1'
    Topology    = 'northwind'
    Deployment  = 'skype'
    Product     = 'skype-for-business-server-se'
    Builds      = '^7\.0\.'
    Resources   = @(
        @{
            Address = 'certificate/skype'
            Digest = 'a180cbbabacab93baacb32fdabfe19b3a75c89b8240f908ff3b01cb11f246f6b'
        }
    )
    Self        = @{
        Principal = '00000004-0000-0ff1-ce00-000000000000'
        Realm = 'northwindtraders.com'
        Domain = 'northwindtraders.com'
        Hosts = @(
            'sfbweb-int.northwindtraders.com',
            'sfbweb.northwindtraders.com',
            'sfb.corp.northwindtraders.com'
        )
        Servers = @('sfb1.corp.northwindtraders.com', 'sfb2.corp.northwindtraders.com')
        MetadataUrl = 'https://sfbweb-int.northwindtraders.com/metadata/json/1'
    }
    Certificate = @{
        Source = 'existing'
        Subject = 'CN=northwindtraders.com'
        Names = @('northwindtraders.com', 'northwind.de')
        KeySize = 2048
        Lifetime = $null
        Thumbprint = '8DF551B0D50D64D90E2738DF79F545142D67441E'
        NotBefore = '2026-03-02T08:00:00Z'
        NotAfter = '2034-03-02T08:00:00Z'
        Effective = $null
        Previous = $null
        FriendlyName = $null
    }
}

# ---- what a person sees ------------------------------------------------------------------------
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$Invariant = [Globalization.CultureInfo]::InvariantCulture

# What this run knows of itself. A table, so that functions can fill it in: the preflight adds
# Principal, Host, Id and Build.
$Run = @{
    Step = 'preflight'; Started = [DateTimeOffset]::UtcNow.UtcDateTime
    # <bundle>\<deployment>\scripts
    Root = $PSScriptRoot -replace '([\\/][^\\/]+){2}$'
    Controller = $null; Requested = $false; Code = 1; Intact = @('Nothing was changed.')
}
# What a script says of itself where it differs: what a run may create beside its changes, and what
# became of the resource where that is not seen in its main object.
$AlsoCreates = @()
$Outcome = ''
# The same of undo: what it never removes though a run created it, what returns after all else, and
# whether something that stays keeps all else as it is.
$Keeps = @()
$Last = ''
$Irreversible = $false
# Files of one script and its twin carry this name.
$Series = $Declared.Script -replace '\.ps1$' -replace '/(scripts|undo)/', '-'

function Write-Line([string] $Text) {
    Write-Host -Object $Text
}

# Leaves the run in one sentence. Whoever calls it has found a reason that a person can mend.
function Stop-Run([string] $Because) {
    throw ('stop: ' + $Because)
}

# The same where a file beside the script is missing or not what it should be.
function Stop-Input([string] $Because) {
    $Run.Code = 5
    Stop-Run -Because $Because
}

function Format-Value($Value) {
    if ('' -eq [string]$Value) { return '(none)' }
    return [string]$Value
}

# One difference between what is there and what is declared, with the name of its repair where a
# script has several.
function New-Change([string] $Repair, [string] $Object, [string] $What, $From, $To) {
    @{
        Repair = $Repair; Object = $Object; What = $What; From = $From; To = $To
        Text = ('{0}: {1} -> {2}' -f $What, (Format-Value -Value $From), (Format-Value -Value $To))
    }
}

# Asks those who started the script with -Confirm. Whoever declines one change wants none after it.
function Confirm-Change([string] $Object, [string] $Text) {
    if (-not $PSCmdlet.ShouldProcess($Object, $Text)) { throw 'this change was declined.' }
}

# Tells what went wrong, what is intact and what comes next. Never a stack trace.
function Write-Failure([string] $Message) {
    Write-Line
    if ($Message -like 'stop: *') { Write-Line -Text ('STOPPED: ' + ($Message -replace '^stop: ')) }
    else {
        Write-Line -Text ('FAILED at: ' + $Run.Step)
        Write-Line -Text ('  ' + $Message)
    }
    foreach ($line in $Run.Intact) { Write-Line -Text ('  ' + $line) }
}

# ---- objects as plain values: what is compared, saved and reported -----------------------------
# Enumerations become their names here, before they are compared or saved: read back from a file
# they would not equal them.
function ConvertTo-Plain($Value) {
    if ($null -eq $Value -or $Value -is [bool]) { return $Value }
    elseif ($Value -is [DateTime]) { return $Value.ToUniversalTime().ToString('o', $Invariant) }
    return [string]$Value
}

# Strict mode ends the run where the server leaves a property out.
function Get-Picture($Object, [string[]] $Names) {
    $picture = @{}
    foreach ($name in $Names) { $picture[$name] = ConvertTo-Plain -Value $Object.$name }
    return $picture
}

# Empty and null are the same to these servers, and so is the case of letters.
function Test-Same($Left, $Right) {
    return ([string]$Left -ieq [string]$Right)
}

$Target = $Declared.Certificate
$Keeps = @('store', 'request')
$FriendlyName = 'Concordat ' + $Declared.Topology + ' ' + $Declared.Deployment
$Needed = @('Get-CsCertificate', 'Remove-CsCertificate', 'Get-CsServerVersion', 'Get-CsSipDomain')

# ---- files beside the scripts: before-images and receipts --------------------------------------
function Get-Sha256([byte[]] $Bytes) {
    # The provider of the platform: the managed class is refused where FIPS mode is on.
    $hash = New-Object -TypeName System.Security.Cryptography.SHA256CryptoServiceProvider
    return ([BitConverter]::ToString($hash.ComputeHash($Bytes)) -replace '-').ToLowerInvariant()
}

function ConvertTo-Quoted([string] $Text) {
    $quoted = $Text -replace '["\\]', '\$0' -replace "`b", '\b' -replace "`t", '\t' -replace "`n", '\n' `
        -replace "`f", '\f' -replace "`r", '\r'
    foreach ($code in 0..31) { $quoted = $quoted.Replace([string][char]$code, '\u' + $code.ToString('x4', $Invariant)) }
    return '"' + $quoted + '"'
}

# RFC 8785 canonical JSON of tables, lists, texts, booleans and null: the reader takes the member
# sha256 out, writes the rest the same way and compares.
function ConvertTo-Canonical($Value) {
    if ($null -eq $Value) { return 'null' }
    elseif ($Value -is [bool]) { if ($Value) { return 'true' } else { return 'false' } }
    elseif ($Value -is [string]) { return (ConvertTo-Quoted -Text $Value) }
    elseif ($Value -is [Collections.IDictionary]) {
        [string[]]$keys = @($Value.Keys)
        [Array]::Sort($keys, [StringComparer]::Ordinal)
        $members = @(foreach ($key in $keys) {
                (ConvertTo-Quoted -Text $key) + ':' + (ConvertTo-Canonical -Value $Value[$key])
            })
        return '{' + ($members -join ',') + '}'
    }
    $items = @(foreach ($item in $Value) { ConvertTo-Canonical -Value $item })
    return '[' + ($items -join ',') + ']'
}

function Get-Stamp([DateTime] $Time) {
    return $Time.ToString("yyyyMMdd'T'HHmmssfff'Z'", $Invariant)
}

function Get-Place([string] $Folder, [string] $Name) {
    return (Join-Path -Path (Join-Path -Path $Run.Root -ChildPath $Folder) -ChildPath $Name)
}

# The same in a folder that is there.
function New-Place([string] $Folder, [string] $Name) {
    [void][IO.Directory]::CreateDirectory((Join-Path -Path $Run.Root -ChildPath $Folder))
    return (Get-Place -Folder $Folder -Name $Name)
}

# What runs of a series left in a folder, newest first; of before-images those that nobody took back.
function Get-Names([string] $Folder, [string] $Series) {
    $place = Join-Path -Path $Run.Root -ChildPath $Folder
    if (-not [IO.Directory]::Exists($place)) { return @() }
    return @([IO.Directory]::GetFiles($place, $Series + '-*') | ForEach-Object -Process {
            [IO.Path]::GetFileNameWithoutExtension($_)
        } | Where-Object -FilterScript {
            $_ -match ('^' + [regex]::Escape($Series) + '-\d{8}T\d{9}Z$')
        } | Sort-Object -Descending)
}

function Read-Image([string] $Id) {
    try { $image = Import-Clixml -LiteralPath (Get-Place -Folder 'before' -Name ($Id + '.clixml')) }
    catch { Stop-Input -Because ('the before-image before\' + $Id + '.clixml cannot be read.') }
    $whole = ($image -is [Collections.IDictionary]) -and ($image['Run'] -eq $Id) -and
        ($image['Deployment'] -eq $Declared.Deployment) -and ($image['Topology'] -eq $Declared.Topology) -and
        ($image['Objects'] -is [Collections.IDictionary])
    if (-not $whole) {
        Stop-Input -Because ('before\' + $Id + '.clixml is not the before-image of that run.')
    }
    return $image
}

# Saves every object that the run may touch. Never overwrites: a file of that name ends the run.
function Save-Image($Objects, $Seen, [string[]] $Creates) {
    $final = New-Place -Folder 'before' -Name ($Run.Id + '.clixml')
    Export-Clixml -LiteralPath ($final + '.tmp') -Depth 8 -Encoding UTF8 -Confirm:$false -InputObject @{
        Run = $Run.Id; Script = $Declared.Script; Topology = $Declared.Topology
        Deployment = $Declared.Deployment; Host = $Run.Host; Controller = $Run.Controller
        Creates = @($Creates); Objects = $Objects; Seen = $Seen
    }
    [IO.File]::Move($final + '.tmp', $final)
    $Run.Intact = @(
        ('What was there before is kept in before\' + $Run.Id + '.clixml.'),
        'Next: mend the cause and run this script again, or take the run back with',
        ('.\' + ($Declared.Script -replace '/scripts/', '\undo\' -replace '/', '\'))
    )
    Write-Line -Text ('  kept before\' + $Run.Id + '.clixml')
}

# Writes the receipt; called when the run begins to change (as failed) and again at its end.
function Save-Receipt([string] $Result, $Before, $After, [DateTime] $Finished) {
    $receipt = @{
        format_version = '1.0'; script = $Declared.Script; script_sha256 = Get-Sha256 -Bytes ([IO.File]::ReadAllBytes($PSCommandPath))
        topology = $Declared.Topology; deployment = $Declared.Deployment
        product = $Declared.Product; host = $Run.Host; user = $Run.Principal.Identity.Name; build = $Run.Build
        started = $Run.Started.ToString('o', $Invariant)
        finished = $Finished.ToString('o', $Invariant)
        # What is only asked for is there when it comes.
        resources = @(if (-not $Run.Requested) {
                foreach ($resource in $Declared.Resources) {
                    @{
                        address = $resource.Address; digest = $resource.Digest; result = $Result
                        before = $Before; after = $After
                    }
                }
            })
    }
    $receipt['sha256'] = Get-Sha256 -Bytes ([Text.Encoding]::UTF8.GetBytes((ConvertTo-Canonical -Value $receipt)))
    $final = New-Place -Folder 'receipts' -Name ($Run.Id + '.json')
    [IO.File]::WriteAllText($final + '.tmp', (ConvertTo-Canonical -Value $receipt) + "`n")
    Move-Item -LiteralPath ($final + '.tmp') -Destination $final -Force -Confirm:$false
}

# The receipt of a run, checked: its sha256 is over the same text without that member.
function Read-Receipt([string] $Id) {
    $file = Get-Place -Folder 'receipts' -Name ($Id + '.json')
    if (-not [IO.File]::Exists($file)) {
        Stop-Input -Because ('receipts\' + $Id + '.json is missing; without it nobody knows what that run created.')
    }
    $text = [IO.File]::ReadAllText($file).TrimEnd()
    $rest = $text -replace ',"sha256":"[0-9a-f]{64}"'
    $digest = Get-Sha256 -Bytes ([Text.Encoding]::UTF8.GetBytes($rest))
    if ($text -cnotlike ('*,"sha256":"' + $digest + '"*')) { Stop-Input -Because ('receipts\' + $Id + '.json is damaged.') }
    return (ConvertFrom-Json -InputObject $text)
}

# ---- preflight: nothing is read or written before this is passed -------------------------------
function Enter-Run([string] $Series) {
    $Run.Principal = [Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()
    try { $Run.Host = [Net.Dns]::GetHostEntry('').HostName.ToLowerInvariant() }
    catch { $Run.Host = [Net.Dns]::GetHostName().ToLowerInvariant() }
    $Run.Id = $Series + '-' + (Get-Stamp -Time $Run.Started)
    Write-Line -Text ($Declared.Script + ' of topology ' + $Declared.Topology)
    Write-Line -Text ('on ' + $Run.Host + ' as ' + $Run.Principal.Identity.Name)
    if (-not $Run.Principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
        Stop-Run -Because 'this window is not elevated; open the shell with "Run as administrator".'
    }
}

# The commands that this script calls. In a shell with role-based access a command that the user
# may not call is not there at all.
function Test-Commands([string[]] $Names, [string] $Shell) {
    $missing = @($Names | Where-Object -FilterScript {
            @(Get-Command -Name $_ -ErrorAction SilentlyContinue).Count -eq 0
        })
    if ($missing.Count -gt 0) {
        Stop-Run -Because ('no command ' + $missing[0] + ' here; run this in the ' + $Shell +
            ', as a member of the role that RUNBOOK.md names.')
    }
}

function Test-Server {
    $servers = @($Declared.Self.Servers)
    if ($servers.Count -eq 0 -or $servers -icontains $Run.Host) { return }
    # A computer may know itself by its short name only.
    $short = @($servers | Where-Object -FilterScript { $_.Split('.')[0] -ieq $Run.Host })
    if ($short.Count -eq 1) { return }
    Stop-Run -Because ('this is ' + $Run.Host + '; ' + $Declared.Deployment + ' is declared on ' +
        ($servers -join ', ') + '.')
}

function Test-Build([string] $Build) {
    $Run.Build = $Build
    if ($Build -notmatch $Declared.Builds) {
        Stop-Run -Because ('this server is build ' + $Build + ', which is not ' + $Declared.Product + '.')
    }
}

function Test-Domain([string] $Found, [string] $Noun) {
    if ($null -ne $Declared.Self.Domain -and $Found -ine $Declared.Self.Domain) {
        Stop-Run -Because ('the default ' + $Noun + ' here is ' + $Found + '; ' + $Declared.Deployment +
            ' is declared with ' + $Declared.Self.Domain + '.')
    }
}

function Test-Principal([string] $Found) {
    if ($Found -ine $Declared.Self.Principal) {
        Stop-Run -Because ('the service name here is ' + (Format-Value -Value $Found) +
            '; it must be ' + $Declared.Self.Principal + ', and no script changes it.')
    }
}

# ---- the machine's certificate store -------------------------------------------------------------
function Get-StoreCertificates {
    $store = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Store -ArgumentList 'My', 'LocalMachine'
    $store.Open('ReadOnly')
    try {
        return @($store.Certificates | ForEach-Object -Process {
                @{
                    Thumbprint = $_.Thumbprint; FriendlyName = $_.FriendlyName
                    HasPrivateKey = $_.HasPrivateKey; NotAfter = $_.NotAfter.ToUniversalTime()
                }
            })
    }
    finally { $store.Close() }
}

function Find-StoreCertificate([string] $Thumbprint) {
    $found = @(Get-StoreCertificates | Where-Object -FilterScript { $_.Thumbprint -ieq $Thumbprint -and $_.HasPrivateKey })
    return ($found.Count -gt 0)
}

# A path as the shell understands it: .NET would start from the folder of the process.
function Get-FullPath([string] $Path) {
    return $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)
}

# The file must hold the declared certificate before anything is done with it.
function Test-Pfx([string] $Path, [Security.SecureString] $Password, [string] $Thumbprint) {
    if (-not [IO.File]::Exists($Path)) { Stop-Run -Because ('there is no file ' + $Path + '.') }
    try {
        $certificate = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Certificate2 `
            -ArgumentList $Path, $Password
    }
    catch { Stop-Run -Because ($Path + ' does not open with that password.') }
    $found = $certificate.Thumbprint
    $certificate.Reset()
    if ($found -ine $Thumbprint) {
        Stop-Run -Because ($Path + ' holds the certificate ' + $found + ', declared is ' + $Thumbprint + '.')
    }
}

function Import-Pfx([string] $Path, [Security.SecureString] $Password) {
    $certificate = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Certificate2 `
        -ArgumentList $Path, $Password, 'Exportable, MachineKeySet, PersistKeySet'
    $store = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Store -ArgumentList 'My', 'LocalMachine'
    $store.Open('ReadWrite')
    try { $store.Add($certificate) }
    finally { $store.Close() }
}

# ---- is this the server, the shell and the person that were declared ---------------------------
function Test-Place {
    Test-Commands -Names $Needed -Shell 'Lync Server or Skype for Business Server Management Shell'
    $held = @('CsAdministrator', 'RTCUniversalServerAdmins' | Where-Object -FilterScript { $Run.Principal.IsInRole($_) })
    if ($held.Count -eq 0) {
        Stop-Run -Because ($Run.Principal.Identity.Name + ' is in neither CsAdministrator nor RTCUniversalServerAdmins.')
    }
    Test-Server
    $Run.Step = 'preflight: build'
    $version = [string](Get-CsServerVersion -ErrorAction Stop)
    if ($version -notmatch '\d+(\.\d+){2,3}') { Stop-Run -Because 'Get-CsServerVersion names no build.' }
    Test-Build -Build $Matches[0]
    $Run.Step = 'preflight: default SIP domain'
    $domains = @(Get-CsSipDomain -ErrorAction Stop | Where-Object -FilterScript { $_.IsDefault })
    if ($domains.Count -ne 1) { Stop-Run -Because 'there is not exactly one default SIP domain.' }
    Test-Domain -Found ([string]$domains[0].Name) -Noun 'SIP domain'
}

# ---- the issuer's certificate: one for the whole deployment ------------------------------------------
# While a roll is staged the previous certificate signs. Both shapes are understood: one object with
# an effective date ahead, or two objects. What was brought into the store, or asked for, is known as
# well: no script takes it out again.
function Read-Objects {
    $all = @(Get-CsCertificate -Type OAuthTokenIssuer -ErrorAction Stop | ForEach-Object -Process {
            Get-Picture -Object $_ -Names @('Thumbprint', 'PreviousThumbprint', 'EffectiveDate', 'NotAfter')
        })
    $objects = @{}
    foreach ($one in $all) {
        if ($null -eq $objects['issuer']) { $objects['issuer'] = @{ Signing = ''; SigningEnds = ''; Staged = ''; StagedFrom = '' } }
        $issuer = $objects['issuer']
        # Not the moment at which the run began: an assignment that it made itself is no staged one.
        if ([string]$one.EffectiveDate -gt [DateTimeOffset]::UtcNow.UtcDateTime.ToString('o', $Invariant)) {
            $issuer.Staged = $one.Thumbprint
            $issuer.StagedFrom = $one.EffectiveDate
            if ($issuer.Signing -eq '') { $issuer.Signing = [string]$one.PreviousThumbprint }
        }
        else {
            $issuer.Signing = $one.Thumbprint
            $issuer.SigningEnds = $one.NotAfter
        }
    }
    if ('import', 'generate' -contains $Target.Source -and (Find-StoreCertificate -Thumbprint $Target.Thumbprint)) {
        $objects['store'] = @{ Thumbprint = $Target.Thumbprint }
    }
    if ($Target.Source -eq 'request' -and $null -eq $Target.Thumbprint) {
        $request = Find-Request
        if ($request -ne '') { $objects['request'] = @{ Found = $request } }
    }
    return @{ Objects = $objects; Seen = $all }
}

# A request is out: its file stands here, or what came back stands in the store.
function Find-Request {
    $file = Get-Place -Folder 'requests' -Name ($Series + '.req')
    $arrived = @(Get-StoreCertificates | Where-Object -FilterScript {
            $_.FriendlyName -ceq $FriendlyName -and $_.HasPrivateKey -and $_.NotAfter -gt $Run.Started
        })
    if ($arrived.Count -gt 0) { return 'the certificate ' + $arrived[0].Thumbprint + ' has come back; export its public half' }
    if ([IO.File]::Exists($file)) { return 'the request is written to ' + $file + '; bring it to your authority' }
    return ''
}

function Test-Return($Image) { }

function Find-Stays($Image, $Changes, $Created) {
    if ($Created -icontains 'store') { 'the certificate ' + $Target.Thumbprint + ' in the store of this computer' }
    if ($Created -icontains 'request') { 'what was asked of your authority as ' + $FriendlyName }
    if ($null -eq $Image.Objects['issuer']) { return }
    # When the one in use ends is the server's to say, not a thing that was changed.
    foreach ($change in @($Changes | Where-Object -FilterScript { $_.What -ne 'SigningEnds' })) {
        $script:Irreversible = $true
        'issuer certificate, ' + $change.What + ' = ' + (Format-Value -Value $change.From)
    }
}

function Invoke-Return($Change, $Was, $Now) {
    Remove-CsCertificate -Type OAuthTokenIssuer -Identity Global -Force -Confirm:$false -ErrorAction Stop | Out-Null
}

# ---- undo: back to the state before the run that is named --------------------------------------
# What the run created: what its receipt says, or for a run that broke off what it set out to make.
function Get-Created($Image, $Receipt, $Now) {
    $made = @($Image.Creates)
    foreach ($entry in @($Receipt.resources)) {
        if ([string]$entry.result -ne 'failed') { $made = @($entry.after.PSObject.Properties | ForEach-Object -Process { $_.Name }) }
    }
    return , @($made | Where-Object -FilterScript { $null -eq $Image.Objects[$_] -and $null -ne $Now[$_] })
}

# Names what has to be done so that the saved objects are there again.
function Find-Returns($Image, $Created, $Now) {
    $all = @(@($Image.Objects.Keys) + @($Now.Keys) | Sort-Object -Unique)
    # What leans on the others comes last, so that trouble with it keeps nothing else from returning.
    $order = @($all | Where-Object -FilterScript { $_ -ne $Last }) + @($all | Where-Object -FilterScript { $_ -eq $Last })
    foreach ($key in $order) {
        $was = $Image.Objects[$key]
        $is = $Now[$key]
        if ($null -eq $was) {
            if ($null -ne $is -and $Created -icontains $key -and $Keeps -inotcontains $key) {
                New-Change -Repair 'remove' -Object $key -What 'object' -From 'created by that run' -To 'removed'
            }
            continue
        }
        if ($null -eq $is) {
            New-Change -Repair 'return' -Object $key -What 'object' -From 'missing' -To 'as it was'
            continue
        }
        foreach ($name in @($was.Keys | Sort-Object)) {
            if (-not (Test-Same -Left $was[$name] -Right $is[$name])) {
                New-Change -Repair 'restore' -Object $key -What $name -From $is[$name] -To $was[$name]
            }
        }
    }
}

function Select-Image([string] $Wanted) {
    $names = @(Get-Names -Folder 'before' -Series $Series)
    if ($names.Count -eq 0) {
        Stop-Input -Because ('there is no before-image of ' + $Series + ' beside these scripts, so there is no run to take back.')
    }
    if ($Wanted -ne '' -and $names[0] -ine $Wanted) {
        if ($names -icontains $Wanted) { Stop-Run -Because ('take back ' + $names[0] + ' first; it is the newer run.') }
        Stop-Input -Because ('there is no before-image before\' + $Wanted + '.clixml.')
    }
    return $names[0]
}

function Invoke-Undo([string] $Wanted) {
    Enter-Run -Series ($Series + '-undo')
    Test-Place
    $Run.Step = 'reading'
    $id = Select-Image -Wanted $Wanted
    $image = Read-Image -Id $id
    $receipt = Read-Receipt -Id $id
    if ([string]$receipt.deployment -ne $Declared.Deployment -or [string]$receipt.topology -ne $Declared.Topology) {
        Stop-Input -Because ('receipts\' + $id + '.json belongs to another topology or deployment.')
    }
    Write-Line -Text ('taking back the run ' + $id)
    Test-Return -Image $image

    $before = Read-Objects
    $created = Get-Created -Image $image -Receipt $receipt -Now $before.Objects
    $changes = @(Find-Returns -Image $image -Created $created -Now $before.Objects)
    $stays = @(Find-Stays -Image $image -Changes $changes -Created $created)
    if ($stays.Count -gt 0 -and $Irreversible) {
        foreach ($line in $stays) { Write-Line -Text ('  stays: ' + $line) }
        Stop-Run -Because 'what that run did cannot be undone by a script; see above what stays.'
    }
    foreach ($change in $changes) { Write-Line -Text ('  ' + $change.Object + ', ' + $change.Text) }
    if ($WhatIfPreference) {
        Write-Line -Text 'what if: nothing was changed; the lines above are what would be taken back'
        return
    }
    if ($changes.Count -gt 0) { Invoke-Returns -Changes $changes -Image $image -Before $before -Created $created }
    else { Write-Line -Text 'nothing to do: everything is as before that run' }
    # The before-image is retired last; until here this script can simply be run again.
    $file = Get-Place -Folder 'before' -Name ($id + '.clixml')
    [IO.File]::Move($file, $file + '.undone')
    if ($stays.Count -gt 0) {
        foreach ($line in $stays) { Write-Line -Text ('  stays: ' + $line) }
        $Run.Intact = @()
        Stop-Run -Because 'all else is as before that run; what stays is named above.'
    }
}

function Invoke-Returns($Changes, $Image, $Before, $Created) {
    $Run.Intact = @('The before-image is still there. Mend the cause and run this script again.')
    Save-Receipt -Result 'failed' -Before $Before.Objects -Finished $Run.Started
    $done = @{}
    foreach ($change in $Changes) {
        # One call restores an object as a whole.
        if ($done.ContainsKey($change.Object)) { continue }
        $done[$change.Object] = $true
        $Run.Step = $change.Object + ', ' + $change.Repair
        Write-Line -Text ('change: ' + $Run.Step)
        Confirm-Change -Object $change.Object -Text $change.Repair
        Invoke-Return -Change $change -Was $Image.Objects[$change.Object] -Now $Before.Objects
    }
    $Run.Step = 'reading back'
    $after = Read-Objects
    $left = @(Find-Returns -Image $Image -Created $Created -Now $after.Objects)
    if ($left.Count -gt 0) { throw ('still not as before: ' + $left[0].Object + ', ' + $left[0].Text) }
    Write-Line -Text 'read back: everything is as before that run'
    Save-Receipt -Result 'removed' -Before $Before.Objects -After $after.Objects -Finished ([DateTimeOffset]::UtcNow.UtcDateTime)
    Write-Line -Text ('  receipt receipts\' + $Run.Id + '.json')
}

if ($MyInvocation.InvocationName -eq '.') { throw 'start this script, do not dot-source it.' }
try { Invoke-Undo -Wanted $RunToUndo }
catch {
    Write-Failure -Message $_.Exception.Message
    exit $Run.Code
}
exit 0
