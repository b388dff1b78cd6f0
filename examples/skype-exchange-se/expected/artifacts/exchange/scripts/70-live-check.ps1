#requires -Version 3.0
# Asks this deployment whom it trusts, without any secret, and reads the document of each of its
# servers at the server's own address. Changes nothing and needs no elevation.
[CmdletBinding()]
param()

$Declared = @{
    Format      = 1
    Script      = 'exchange/scripts/70-live-check.ps1'
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
    Live        = @{
        Url = 'https://autodiscover.northwindtraders.com/autodiscover/autodiscover.svc'
        Grade = 'vendor'
        Issuers = @('00000004-0000-0ff1-ce00-000000000000@northwindtraders.com')
        Thumbprints = @('8D325F4A9761B922F0C1939C999BE7E25C21F340')
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

# ---- the partner's metadata document -----------------------------------------------------------
function Use-Tls12 {
    # 2013 servers start with TLS 1.0 only; this process may use 1.2 as well.
    [Net.ServicePointManager]::SecurityProtocol =
        [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
}

function Get-Sha1([byte[]] $Bytes) {
    $hash = New-Object -TypeName System.Security.Cryptography.SHA1CryptoServiceProvider
    return ([BitConverter]::ToString($hash.ComputeHash($Bytes)) -replace '-')
}

# Issuer and thumbprints of the signing keys that a document carries.
function Read-Document([string] $Text) {
    $document = ConvertFrom-Json -InputObject $Text
    return @{
        Issuer = [string]$document.issuer
        Thumbprints = @($document.keys | Where-Object -FilterScript { [string]$_.usage -ieq 'signing' } | ForEach-Object -Process {
                Get-Sha1 -Bytes ([Convert]::FromBase64String([string]$_.keyvalue.value))
            })
    }
}

# How the issuer of a document is written.
function Get-Issuer($Party) {
    return $Party.Principal + '@' + $Party.Realm
}

function Get-Document([string] $Url) {
    Use-Tls12
    $answer = Invoke-WebRequest -Uri $Url -UseBasicParsing -TimeoutSec 30
    $content = $answer.Content
    if ($content -is [byte[]]) { $content = [Text.Encoding]::UTF8.GetString($content) }
    return (Read-Document -Text $content)
}

# Reachable over trusted TLS, issued by whom we expect, with a key that we expect.
function Test-Document($Expected) {
    $url = $Expected.MetadataUrl
    try { $document = Get-Document -Url $url }
    catch {
        if ($Expected['TrustAnyCertificate'] -eq $true) {
            Write-Line -Text ('  ' + $url + ' is not checked: any TLS certificate is declared as good.')
            return
        }
        Stop-Run -Because ($url + ' cannot be read from here: ' + $_.Exception.Message +
            ' Check the name, the TLS certificate and the issuer certificate of ' + $Expected.Deployment + '.')
    }
    if ($document.Issuer -ine (Get-Issuer -Party $Expected)) {
        Stop-Run -Because ($url + ' is published by ' + $document.Issuer + ', expected ' + (Get-Issuer -Party $Expected) + '.')
    }
    if (@($Expected.Thumbprints).Count -eq 0) {
        Write-Line -Text ('  ' + $url + ' carries ' + (@($document.Thumbprints) -join ', ') +
            '; the topology names no certificate to compare with.')
        return
    }
    $known = @($document.Thumbprints | Where-Object -FilterScript { $Expected.Thumbprints -icontains $_ })
    if ($known.Count -eq 0) {
        Stop-Run -Because ($url + ' carries no key that is declared; it has ' +
            (@($document.Thumbprints) -join ', ') + ', expected ' + (@($Expected.Thumbprints) -join ' or ') + '.')
    }
    Write-Line -Text ('  ' + $url)
    Write-Line -Text ('  answers: issuer and key as declared (' + $known[0] + ')')
}

$Refused = 0

# A result of a documented address counts; any other is shown and left to the reader.
function Write-Result([bool] $Good, [string] $Grade, [string] $Text) {
    $mark = 'ok  '
    if (-not $Good) {
        $mark = 'NO  '
        if ($Grade -eq 'vendor') { $script:Refused++ } else { $mark = '?   ' }
    }
    Write-Line -Text ($mark + $Text)
}

# One request; an answer of 401 is an answer.
function Get-Answer([string] $Url, [string] $HostName, [string] $Authorization) {
    Use-Tls12
    $request = [Net.WebRequest]::Create($Url)
    $request.Timeout = 30000
    $request.AllowAutoRedirect = $false
    # Also the name that TLS is checked against.
    if ($HostName -ne '') { $request.Host = $HostName }
    if ($Authorization -ne '') { $request.Headers.Add('Authorization', $Authorization) }
    try { $response = $request.GetResponse() }
    catch {
        $fault = $_.Exception
        while ($null -eq $fault.PSObject.Properties['Response']) { $fault = $fault.InnerException }
        $response = $fault.Response
        if ($null -eq $response) { throw }
    }
    $reader = New-Object -TypeName System.IO.StreamReader -ArgumentList $response.GetResponseStream(), ([Text.Encoding]::UTF8)
    try {
        return @{
            Status = [int]$response.StatusCode; Text = $reader.ReadToEnd()
            Challenge = (@($response.Headers.GetValues('WWW-Authenticate')) -join ', ')
        }
    }
    finally { $response.Close() }
}

# The same address at one server.
function Get-UrlAt([string] $Server, [string] $Url) {
    return 'https://' + $Server + ([Uri]$Url).AbsolutePath
}

# At the public name first, then at each server's own address: one that was not restarted answers as
# before, and a load balancer may not show it.
function Test-Challenges {
    Test-Challenge -Url $Declared.Live.Url
    foreach ($server in @($Declared.Self.Servers)) {
        Test-Challenge -Url (Get-UrlAt -Server $server -Url $Declared.Live.Url) -HostName ([Uri]$Declared.Live.Url).Host
    }
}

function Test-Challenge([string] $Url, [string] $HostName) {
    Write-Line -Text ('GET ' + $Url + ' with an empty token')
    try { $answer = Get-Answer -Url $Url -HostName $HostName -Authorization 'Bearer' }
    catch {
        Write-Result -Good $false -Grade $Declared.Live.Grade -Text ('no answer: ' + $_.Exception.Message)
        return
    }
    $trusted = @(if ($answer.Challenge -match 'trusted_?issuers="([^"]*)"') {
            $Matches[1].Split(',') | ForEach-Object -Process { $_.Trim() }
        })
    foreach ($issuer in @($Declared.Live.Issuers)) {
        Write-Result -Good ($trusted -icontains $issuer) -Grade $Declared.Live.Grade -Text ('trusted_issuers names ' + $issuer)
    }
    if ($trusted.Count -eq 0) { Write-Line -Text ('    it answered ' + $answer.Status.ToString($Invariant) + ': ' + $answer.Challenge) }
}

function Test-ServerDocument([string] $Server) {
    $text = $Server + ' publishes ' + (Get-Issuer -Party $Declared.Self)
    try {
        $answer = Get-Answer -Url (Get-UrlAt -Server $Server -Url $Declared.Self.MetadataUrl) `
            -HostName ([Uri]$Declared.Self.MetadataUrl).Host
        if ($answer.Status -ne 200) { throw ('it answers ' + $answer.Status.ToString($Invariant)) }
        $document = Read-Document -Text $answer.Text
    }
    catch {
        Write-Result -Good $false -Grade 'vendor' -Text ($text + ': ' + $_.Exception.Message)
        return
    }
    $known = @($document.Thumbprints | Where-Object -FilterScript { $Declared.Live.Thumbprints -icontains $_ })
    $good = $document.Issuer -ieq (Get-Issuer -Party $Declared.Self) -and
        (@($Declared.Live.Thumbprints).Count -eq 0 -or $known.Count -gt 0)
    Write-Result -Good $good -Grade 'vendor' -Text $text
    if (-not $good) { Write-Line -Text ('    it publishes ' + $document.Issuer + ' with ' + (@($document.Thumbprints) -join ', ')) }
}

if ($MyInvocation.InvocationName -eq '.') { throw 'start this script, do not dot-source it.' }
Write-Line -Text ($Declared.Script + ' of topology ' + $Declared.Topology)
Write-Line -Text ('  grade of the address below: ' + $Declared.Live.Grade)
Test-Challenges
foreach ($server in @($Declared.Self.Servers)) { Test-ServerDocument -Server $server }
if ($Refused -gt 0) {
    Write-Line -Text ($Refused.ToString($Invariant) + ' answers are not as declared; see "If a call is refused" in RUNBOOK.md')
    exit 1
}
exit 0
