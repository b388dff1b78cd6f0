#requires -Version 3.0
# After an undo: restarts the web services of this one server, so that it forgets. Drain it first.
[CmdletBinding(SupportsShouldProcess = $true)]
param()

$Declared = @{
    Format      = 1
    Script      = 'exchange/undo/50-restart.ps1'
    Topology    = 'northwind'
    Deployment  = 'exchange'
    Product     = 'exchange-server-se'
    Builds      = '^15\.2\.'
    Resources   = @()
    Self        = @{
        Principal = '00000002-0000-0ff1-ce00-000000000000'
        Realm = 'northwindtraders.com'
        Domain = 'northwindtraders.com'
        Hosts = @('autodiscover.northwindtraders.com', 'mail.northwindtraders.com')
        Servers = @('ex1.corp.northwindtraders.com', 'ex2.corp.northwindtraders.com')
        MetadataUrl = 'https://autodiscover.northwindtraders.com/autodiscover/metadata/json/1'
    }
    Restart     = @{ After = 'd7cccc989b716a8ef8760a9c5b788f026df5a4baf18017932d5aa7abefdd16e3' }
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

# What was taken back leaves no trace by which the server could tell that it knows.
$Again = $true

# The web services, and the one that carries the certificate to its places.
$Services = @('W3SVC', 'MSExchangeServiceHost')
$Needed = @('Get-PartnerApplication', 'Get-AuthConfig', 'Get-ExchangeServer', 'Get-AcceptedDomain')

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

# ---- is this the server, the shell and the person that were declared ---------------------------
# Every call names -ErrorAction Stop: the commands of this shell live in a module of their own, which
# no preference of a script reaches. One domain controller serves the whole run: where a partner was
# made on another one a moment ago it would look as if there were none.
function Test-Place {
    Test-Commands -Names $Needed -Shell 'Exchange Management Shell'
    Test-Server
    $Run.Step = 'preflight: build'
    $servers = @(Get-ExchangeServer -ErrorAction Stop | Where-Object -FilterScript { [string]$_.Fqdn -ieq $Run.Host -or [string]$_.Name -ieq $Run.Host })
    if ($servers.Count -ne 1) { Stop-Run -Because ($Run.Host + ' is not one of the servers of this organization.') }
    $version = [string]$servers[0].AdminDisplayVersion
    if ($version -notmatch '(\d+)\.(\d+) \(Build (\d+)\.(\d+)\)') { Stop-Run -Because ('no build in "' + $version + '".') }
    Test-Build -Build ($Matches[1] + '.' + $Matches[2] + '.' + $Matches[3] + '.' + $Matches[4])
    $Run.Step = 'preflight: AuthConfig'
    $configuration = Get-AuthConfig -ErrorAction Stop
    $Run.Controller = Get-Controller -Configuration $configuration
    Test-Principal -Found ([string]$configuration.ServiceName)
    Test-Realm -Found ([string]$configuration.Realm)
    $Run.Step = 'preflight: accepted domain'
    $domains = @(Get-AcceptedDomain -ErrorAction Stop | Where-Object -FilterScript { [string]$_.Default -eq 'True' })
    if ($domains.Count -ne 1) { Stop-Run -Because 'there is not exactly one default accepted domain.' }
    Test-Domain -Found ([string]$domains[0].DomainName) -Noun 'accepted domain'
}

# The step that sets a pinned realm meets the former one, and so does the certificate before it.
function Test-Realm([string] $Found) {
    $settings = $Declared['Settings']
    $isAhead = $null -ne $Declared['Certificate'] -or ($null -ne $settings -and $null -ne $settings.Realm)
    if ($Found -ne '' -and -not $isAhead -and $null -ne $Declared.Self.Realm -and $Found -ine $Declared.Self.Realm) {
        Stop-Run -Because ('the realm of AuthConfig is ' + $Found + ', declared is ' + $Declared.Self.Realm + '. Pin it in the topology.')
    }
}

# The controller of the last run that nobody took back, else the one that just answered.
function Get-Controller($Configuration) {
    $names = @(Get-Names -Folder 'before' -Series $Series)
    if ($names.Count -gt 0) { return [string](Read-Image -Id $names[0])['Controller'] }
    return [string]$Configuration.OriginatingServer
}

# When AuthConfig or a partner was last changed.
function Get-LastChange {
    $objects = @(Get-AuthConfig -DomainController $Run.Controller -ErrorAction Stop) +
        @(Get-PartnerApplication -DomainController $Run.Controller -ErrorAction Stop)
    $last = @($objects | ForEach-Object -Process { [DateTime]$_.WhenChangedUTC } | Sort-Object)[-1]
    return [DateTime]::SpecifyKind($last, [DateTimeKind]::Utc)
}

# When this very script, made for what is declared now, last restarted this server; nothing is never.
function Get-LastRestart {
    $own = Get-Sha256 -Bytes ([IO.File]::ReadAllBytes($PSCommandPath))
    foreach ($id in @(Get-Names -Folder 'receipts' -Series $Series)) {
        $receipt = Read-Receipt -Id $id
        if ([string]$receipt.host -ieq $Run.Host -and [string]$receipt.script_sha256 -eq $own) {
            # The name carries the moment at which it began, which is before the restart.
            return [DateTime]::SpecifyKind([DateTime]::ParseExact(($id -replace '^.*-'), "yyyyMMdd'T'HHmmssfff'Z'", $Invariant), [DateTimeKind]::Utc)
        }
    }
}

function Restart-Here([string] $Name) {
    $Run.Step = 'restarting ' + $Name
    if ($WhatIfPreference) {
        Write-Line -Text ('  would restart ' + $Name)
        return
    }
    Confirm-Change -Object $Run.Host -Text ('restart ' + $Name)
    Write-Line -Text ('change: ' + $Run.Step)
    $Run.Intact = @('No setting was changed. Start what is not running, then run this script again.')
    Restart-Service -Name $Name -Force -Confirm:$false
    $service = @(Get-Service -Name $Name)[0]
    if ([string]$service.Status -ne 'Running') { throw ($Name + ' is ' + [string]$service.Status) }
}

function Invoke-Restart {
    Enter-Run -Series $Series
    Test-Place
    Write-Line -Text ('  this is ' + $Declared.Deployment + ': ' + $Declared.Product + ', build ' + $Run.Build)
    $Run.Step = 'reading'
    $changed = Get-LastChange
    $restarted = Get-LastRestart
    if ($restarted -gt $changed -and -not $Again) {
        Write-Line -Text ('nothing to do: restarted at ' + $restarted.ToString('u', $Invariant) + ', last change at ' + $changed.ToString('u', $Invariant))
        return
    }
    foreach ($name in @($Services)) { Restart-Here -Name $name }
    if ($WhatIfPreference) {
        Write-Line -Text 'what if: nothing was restarted'
        return
    }
    Save-Receipt -Finished ([DateTimeOffset]::UtcNow.UtcDateTime)
    Write-Line -Text ('restarted: ' + (@($Services) -join ', '))
    Write-Line -Text ('  receipt receipts\' + $Run.Id + '.json')
    Write-Line -Text '  Next: wait until this server serves mail again, then restart the next one.'
}

if ($MyInvocation.InvocationName -eq '.') { throw 'start this script, do not dot-source it.' }
try { Invoke-Restart }
catch {
    Write-Failure -Message $_.Exception.Message
    exit $Run.Code
}
exit 0
