#requires -Version 3.0
# Reads what server-to-server trust rests on here and writes it into a new folder beside this script.
# It changes nothing: every command of the server that it calls begins with Get.
[CmdletBinding()]
param()

$Declared = @{
    Format      = 1
    Script      = 'collect-exchange-server.ps1'
    Family      = 'exchange-server'
    Title       = 'Exchange Server'
    Shell       = 'Exchange Management Shell'
    Roles       = @('View-Only Organization Management')
    Commands    = @(
        @{
            Name = 'Get-ExchangeServer'
            Otherwise = $null
            Properties = @(
                'Name',
                'Fqdn',
                'ServerRole',
                'Site',
                'Edition',
                'AdminDisplayVersion',
                'OriginatingServer'
            )
        },
        @{
            Name = 'Get-AuthConfig'
            Otherwise = $null
            Properties = @(
                'Name',
                'ServiceName',
                'Realm',
                'CurrentCertificateThumbprint',
                'PreviousCertificateThumbprint',
                'NextCertificateThumbprint',
                'NextCertificateEffectiveDate',
                'WhenChangedUTC',
                'OriginatingServer'
            )
        },
        @{
            Name = 'Get-ExchangeCertificate'
            Otherwise = $null
            Properties = @(
                'Thumbprint',
                'Subject',
                'NotBefore',
                'NotAfter',
                'HasPrivateKey',
                'PrivateKeyExportable',
                'Status'
            )
        },
        @{
            Name = 'Get-AcceptedDomain'
            Otherwise = $null
            Properties = @('Name', 'DomainName', 'DomainType', 'Default', 'OriginatingServer')
        },
        @{
            Name = 'Get-PartnerApplication'
            Otherwise = $null
            Properties = @(
                'Name',
                'ApplicationIdentifier',
                'Realm',
                'UseAuthServer',
                'AuthMetadataUrl',
                'IssuerIdentifier',
                'CertificateStrings',
                'Enabled',
                'AcceptSecurityIdentifierInformation',
                'LinkedAccount',
                'AccountType',
                'AppOnlyPermissions',
                'ActAsPermissions',
                'WhenChangedUTC'
            )
        },
        @{
            Name = 'Get-AuthServer'
            Otherwise = $null
            Properties = @(
                'Name',
                'Type',
                'IssuerIdentifier',
                'Realm',
                'ApplicationIdentifier',
                'AuthMetadataUrl',
                'TokenIssuingEndpoint',
                'AuthorizationEndpoint',
                'DomainName',
                'CertificateStrings',
                'Enabled',
                'IsDefaultAuthorizationEndpoint',
                'WhenChangedUTC'
            )
        },
        @{ Name = 'Get-User'; Otherwise = $null; Properties = @('Name') },
        @{
            Name = 'Get-MailUser'
            Otherwise = $null
            Properties = @('Name', 'HiddenFromAddressListsEnabled')
        },
        @{
            Name = 'Get-ManagementRoleAssignment'
            Otherwise = $null
            Properties = @('Name', 'Role', 'RoleAssigneeName', 'RoleAssigneeType', 'Enabled')
        },
        @{
            Name = 'Get-ClientAccessService'
            Otherwise = 'Get-ClientAccessServer'
            Properties = @('Name', 'Fqdn', 'AutoDiscoverServiceInternalUri')
        }
    )
    Issuers     = @{
        Command = 'Get-AuthConfig'
        Properties = @(
            'CurrentCertificateThumbprint',
            'PreviousCertificateThumbprint',
            'NextCertificateThumbprint'
        )
    }
    Never       = @(
        'private keys, and files that hold one; of a certificate only its public half',
        'passwords, connection strings and other secrets',
        'content of mailboxes, messages, calendars, contacts and archives',
        'users other than the linked accounts of partners, and of those nothing but what is listed'
    )
}

# ---- what a person sees ------------------------------------------------------------------------
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
# The folder of this run is written whatever the session would rather do.
$WhatIfPreference = $false
$Invariant = [Globalization.CultureInfo]::InvariantCulture

# What this run knows of itself: its folder and name, what was read so far, and what was not.
$Run = @{
    Started = [DateTimeOffset]::UtcNow.UtcDateTime
    Host = ''; User = ''; Build = ''; Controller = $null; Folder = ''; Final = ''
    Pictures = @{}; Objects = @(); Certificates = @(); Unread = @()
}

function Write-Line([string] $Text) {
    Write-Host -Object $Text
}

# ---- objects as plain values -------------------------------------------------------------------
# Enumerations become their names here, before they are compared or saved: read back from a file
# they would not equal them.
function ConvertTo-Plain($Value) {
    if ($null -eq $Value -or $Value -is [bool]) { return $Value }
    elseif ($Value -is [DateTime]) { return $Value.ToUniversalTime().ToString('o', $Invariant) }
    return [string]$Value
}

# The listed properties and no other. One that this version of the server does not have is left out:
# it was not read, which is not the same as empty. A list stays a list.
function Get-Picture($Object, [string[]] $Names) {
    if ($Object -is [Collections.IDictionary]) { return $Object }
    $picture = @{}
    foreach ($name in $Names) {
        $property = $Object.PSObject.Properties[$name]
        if ($null -eq $property) { continue }
        $value = $property.Value
        if ($value -is [Collections.IEnumerable] -and $value -isnot [string]) {
            $picture[$name] = @(foreach ($item in $value) { ConvertTo-Plain -Value $item })
        }
        else { $picture[$name] = ConvertTo-Plain -Value $value }
    }
    return $picture
}

# What an earlier command of this run gave. Where it was not read, nothing that rests on it is absent.
function Get-Pictures([string] $Command) {
    if (-not $Run.Pictures.ContainsKey($Command)) {
        throw ($Command + ' could not be read, and this rests on it.')
    }
    return $Run.Pictures[$Command]
}

# ---- digests -----------------------------------------------------------------------------------
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

# ---- what is read: each command of the list above, and no other ---------------------------------
# The controller that answered first answers all the rest: another one may know less.
function Get-Controller {
    if ($null -eq $Run.Controller) { throw 'no domain controller is known: no command before this one named it.' }
    return $Run.Controller
}

# The bare name at the end of what the server prints: contoso.com/Users/Name. A slash in it is escaped.
function Get-LinkedNames {
    return @(Get-Pictures -Command 'Get-PartnerApplication' | ForEach-Object -Process {
            @([string]$_['LinkedAccount'] -split '(?<!\\)/')[-1] -replace '\\/', '/'
        } | Where-Object -FilterScript { $_ -ne '' } | Sort-Object -Unique)
}

# By filter, so that "not there" is an empty answer and not an error.
function Get-NameFilter([string] $Name) {
    return ("Name -eq '" + $Name.Replace("'", "''") + "'")
}

function Invoke-Read([string] $Name) {
    switch ($Name) {
        'Get-ExchangeServer' { return @(Get-ExchangeServer -ErrorAction Stop) }
        'Get-AuthConfig' { return @(Get-AuthConfig -ErrorAction Stop) }
        # Those in use alone: whose key is here, and may be copied to the next server.
        'Get-ExchangeCertificate' {
            [void](Get-Pictures -Command 'Get-AuthConfig')
            $inUse = @(Get-ThumbprintsInUse)
            return @(Get-ExchangeCertificate -Server $Run.Host -DomainController (Get-Controller) -ErrorAction Stop |
                    Where-Object -FilterScript { $inUse -contains $_.Thumbprint })
        }
        'Get-AcceptedDomain' { return @(Get-AcceptedDomain -ErrorAction Stop) }
        'Get-PartnerApplication' { return @(Get-PartnerApplication -DomainController (Get-Controller) -ErrorAction Stop) }
        'Get-AuthServer' { return @(Get-AuthServer -DomainController (Get-Controller) -ErrorAction Stop) }
        'Get-User' {
            return @(foreach ($account in @(Get-LinkedNames)) {
                    Get-User -Filter (Get-NameFilter -Name $account) -DomainController (Get-Controller) -ErrorAction Stop
                })
        }
        'Get-MailUser' {
            return @(foreach ($account in @(Get-LinkedNames)) {
                    Get-MailUser -Filter (Get-NameFilter -Name $account) -DomainController (Get-Controller) -ErrorAction Stop
                })
        }
        # Of accounts that are there: the server takes a name that it does not know for an error.
        'Get-ManagementRoleAssignment' {
            return @(foreach ($account in @(Get-Pictures -Command 'Get-User' | ForEach-Object -Process { $_.Name } | Sort-Object -Unique)) {
                    Get-ManagementRoleAssignment -RoleAssignee $account -Delegating $false -Enabled $true `
                        -DomainController (Get-Controller) -ErrorAction Stop
                })
        }
        'Get-ClientAccessService' { return @(Get-ClientAccessService -DomainController (Get-Controller) -ErrorAction Stop) }
        'Get-ClientAccessServer' { return @(Get-ClientAccessServer -DomainController (Get-Controller) -ErrorAction Stop) }
    }
    throw 'this script has no call of it.'
}

function Find-Facts([string] $Name, $Pictures) {
    foreach ($one in @($Pictures)) {
        if ($null -eq $Run.Controller -and [string]$one['OriginatingServer'] -ne '') { $Run.Controller = [string]$one['OriginatingServer'] }
        if ($Name -ne 'Get-ExchangeServer' -or ($Run.Host -ine [string]$one['Fqdn'] -and $Run.Host -ine [string]$one['Name'])) { continue }
        if ([string]$one['AdminDisplayVersion'] -match '(\d+)\.(\d+) \(Build (\d+)\.(\d+)\)') {
            $Run.Build = $Matches[1] + '.' + $Matches[2] + '.' + $Matches[3] + '.' + $Matches[4]
        }
    }
}

# ---- the run: read each command, write its file, then the envelope ------------------------------
function Add-Unread([string] $What, [string] $Because) {
    Write-Line -Text ('  not read: ' + $What + ': ' + $Because)
    $Run.Unread = @($Run.Unread) + @{ what = $What; because = $Because }
}

# The folder carries another name until all is in it; nobody takes half of it for the whole.
function New-Folder {
    if ($Run.Folder -ne '') { return }
    $name = 'evidence-' + $Declared.Family + '-' + $Run.Host + '-' + (Get-Stamp -Time $Run.Started)
    $Run.Final = Join-Path -Path $PSScriptRoot -ChildPath $name
    $Run.Folder = $Run.Final + '.tmp'
    [void][IO.Directory]::CreateDirectory((Join-Path -Path $Run.Folder -ChildPath 'objects'))
    [void][IO.Directory]::CreateDirectory((Join-Path -Path $Run.Folder -ChildPath 'certificates'))
}

function Get-FileDigest([string] $File) {
    return (Get-Sha256 -Bytes ([IO.File]::ReadAllBytes($File)))
}

function Test-Known([string] $Name) {
    return (@(Get-Command -Name $Name -ErrorAction SilentlyContinue).Count -gt 0)
}

# A version may have only the former or the later one of two commands that give the same.
function Select-Command($Command) {
    if ($null -ne $Command.Otherwise -and -not (Test-Known -Name $Command.Name)) { return $Command.Otherwise }
    return $Command.Name
}

# Whatever ends the command is a reason, and no end of the run.
function Read-Command([string] $Name, [string[]] $Properties) {
    try {
        if (-not (Test-Known -Name $Name)) {
            throw ('there is no such command here; use the ' + $Declared.Shell + ', as a member of ' +
                (@($Declared.Roles) -join ' or ') + '.')
        }
        $found = @(Invoke-Read -Name $Name)
        $pictures = @($found | Where-Object -FilterScript { $null -ne $_ } | ForEach-Object -Process {
                Get-Picture -Object $_ -Names $Properties
            })
        Find-Facts -Name $Name -Pictures $pictures
        $Run.Pictures[$Name] = $pictures
    }
    catch { Add-Unread -What $Name -Because $_.Exception.Message }
}

function Save-Objects([string] $Name) {
    if (-not $Run.Pictures.ContainsKey($Name)) { return }
    New-Folder
    $pictures = @($Run.Pictures[$Name])
    $file = Join-Path -Path (Join-Path -Path $Run.Folder -ChildPath 'objects') -ChildPath ($Name + '.clixml')
    Export-Clixml -LiteralPath $file -Depth 8 -Encoding UTF8 -Confirm:$false -InputObject $pictures
    $Run.Objects = @($Run.Objects) + @{
        command = $Name; file = 'objects/' + $Name + '.clixml'; sha256 = Get-FileDigest -File $file
        count = $pictures.Count.ToString($Invariant)
    }
    Write-Line -Text ('  read ' + $Name + ': ' + $pictures.Count.ToString($Invariant))
}

# Whether a key is kept by a cryptographic service provider (csp) or a key storage provider (cng). It stands
# in a property that Windows keeps beside the certificate, and is read without opening the key: properties
# are id, reserved, length and value, the third number of the value of id 2 is the type of the provider, and
# a key storage provider has none [MS-GPEF 2.2.1.1.1.1, CRYPT_KEY_PROV_INFO].
function Get-KeyStorage($Certificate) {
    $bytes = $Certificate.Export('SerializedCert')
    $at = 0
    while ($at + 12 -lt $bytes.Length) {
        if ([BitConverter]::ToUInt32($bytes, $at) -eq 2) {
            if ([BitConverter]::ToUInt32($bytes, $at + 20) -eq 0) { return 'cng' }
            return 'csp'
        }
        $at = $at + 12 + [BitConverter]::ToUInt32($bytes, $at + 8)
    }
    throw 'nothing says which provider keeps its key.'
}

# The public half alone: RawData holds no key, and HasPrivateKey opens none.
function Get-PublicCertificates {
    $store = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Store -ArgumentList 'My', 'LocalMachine'
    $store.Open('ReadOnly')
    try {
        return @($store.Certificates | ForEach-Object -Process {
                @{ Thumbprint = $_.Thumbprint; Raw = $_.RawData; HasPrivateKey = $_.HasPrivateKey; Certificate = $_ }
            })
    }
    finally { $store.Close() }
}

# Thumbprints in use, each once: what signs, what signed before and what is to sign next.
function Get-ThumbprintsInUse {
    if (-not $Run.Pictures.ContainsKey($Declared.Issuers.Command)) { return @() }
    $all = @()
    foreach ($picture in @($Run.Pictures[$Declared.Issuers.Command])) {
        foreach ($name in @($Declared.Issuers.Properties)) {
            $one = ([string]$picture[$name]).Trim().ToUpperInvariant()
            if ($one -ne '' -and $all -notcontains $one) { $all = @($all) + $one }
        }
    }
    return $all
}

function Save-Certificates {
    $wanted = @(Get-ThumbprintsInUse)
    if ($wanted.Count -eq 0) { return }
    $here = @()
    $why = 'it is not in the store LocalMachine\My of this computer.'
    try { $here = @(Get-PublicCertificates) }
    catch { $why = 'the store LocalMachine\My cannot be read: ' + $_.Exception.Message }
    foreach ($thumbprint in $wanted) {
        $found = @($here | Where-Object -FilterScript { $_.Thumbprint -ieq $thumbprint })
        if ($found.Count -eq 0) {
            Add-Unread -What ('certificate ' + $thumbprint) -Because $why
            continue
        }
        $file = Join-Path -Path (Join-Path -Path $Run.Folder -ChildPath 'certificates') -ChildPath ($thumbprint + '.cer')
        [IO.File]::WriteAllBytes($file, $found[0].Raw)
        $kept = @{
            thumbprint = $thumbprint; file = 'certificates/' + $thumbprint + '.cer'; sha256 = Get-FileDigest -File $file
            private_key = 'absent'
        }
        if ($found[0].HasPrivateKey) {
            $kept['private_key'] = 'present'
            try { $kept['key_storage'] = Get-KeyStorage -Certificate $found[0].Certificate }
            catch { Add-Unread -What ('key storage of ' + $thumbprint) -Because $_.Exception.Message }
        }
        $Run.Certificates = @($Run.Certificates) + $kept
        Write-Line -Text ('  kept certificate ' + $thumbprint + ', its private key is ' + $kept['private_key'])
    }
}

# Written last. Its sha256 is over the same text without that member.
function Save-Envelope {
    $envelope = @{
        format_version = '1.0'; kind = 'concordat/evidence'; family = $Declared.Family
        script = $Declared.Script; script_sha256 = Get-FileDigest -File $PSCommandPath
        host = $Run.Host; user = $Run.User; build = $Run.Build; powershell = [string]$PSVersionTable.PSVersion
        collected_at = $Run.Started.ToString('o', $Invariant)
        objects = @($Run.Objects); certificates = @($Run.Certificates); unread = @($Run.Unread)
    }
    $envelope['sha256'] = Get-Sha256 -Bytes ([Text.Encoding]::UTF8.GetBytes((ConvertTo-Canonical -Value $envelope)))
    $file = Join-Path -Path $Run.Folder -ChildPath 'envelope.json'
    [IO.File]::WriteAllText($file, (ConvertTo-Canonical -Value $envelope) + "`n")
    [IO.Directory]::Move($Run.Folder, $Run.Final)
}

function Invoke-Collection {
    try { $Run.Host = [Net.Dns]::GetHostEntry('').HostName.ToLowerInvariant() }
    catch { $Run.Host = [Net.Dns]::GetHostName().ToLowerInvariant() }
    $Run.User = [Security.Principal.WindowsIdentity]::GetCurrent().Name
    Write-Line -Text ($Declared.Script + ' reads ' + $Declared.Title + ' and changes nothing')
    Write-Line -Text ('on ' + $Run.Host + ' as ' + $Run.User)
    foreach ($command in @($Declared.Commands)) {
        $name = Select-Command -Command $command
        Read-Command -Name $name -Properties $command.Properties
        Save-Objects -Name $name
    }
    if ($Run.Folder -eq '') { throw 'nothing could be read.' }
    Save-Certificates
    Save-Envelope
    $read = @($Run.Objects).Count + @($Run.Certificates).Count
    Write-Line -Text ('wrote ' + $Run.Final)
    Write-Line -Text ('  read: ' + $read.ToString($Invariant) + ', not read: ' + @($Run.Unread).Count.ToString($Invariant))
    Write-Line -Text '  Next: carry this folder, whole, into evidence/ beside the topology.'
}

# Dot-sourcing would spread the preferences above over the whole session.
if ($MyInvocation.InvocationName -eq '.') { throw 'start this script, do not dot-source it.' }
try { Invoke-Collection }
catch {
    Write-Line
    Write-Line -Text ('FAILED: ' + $_.Exception.Message)
    Write-Line -Text '  Nothing was changed, and there is no evidence of this run.'
    if ($Run.Folder -ne '') { Write-Line -Text ('  Delete what it left half-written: ' + $Run.Folder) }
    exit 1
}
exit 0
