# What the vendor's script of this name does, re-enacted in our own words: its documented effects, one
# at a time, and its known weaknesses. Nothing of it is emitted.
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)][string]$AuthMetadataUrl,
    [Parameter(Mandatory = $true)][ValidateSet('Lync', 'SharePoint', 'Exchange')][string]$ApplicationType,
    [switch]$TrustAnySSLCertificate
)

$roles = @{
    Lync       = @('UserApplication', 'ArchiveApplication')
    SharePoint = @('UserApplication', 'LegalHoldApplication', 'Mailbox Search', 'TeamMailboxLifecycleApplication')
    Exchange   = @('UserApplication')
}[$ApplicationType]
$account = $ApplicationType + 'Enterprise-ApplicationAccount'
$default = Get-AcceptedDomain | Where-Object { $_.Default }

# A variable that nobody has set: strict mode ends the script here.
if ($preferredDomainController) {
    Set-ADServerSettings -PreferredServer $preferredDomainController
}

$known = Get-User -Filter "Name -eq '$account'"
if ($known) {
    Write-Host "The account $account is there."
}
else {
    New-MailUser -Name $account -ExternalEmailAddress ($account + '@' + $default.DomainName) | Out-Null
    Set-MailUser -Identity $account -HiddenFromAddressListsEnabled $true
    Write-Host "The account $account was made."
}

foreach ($role in $roles) {
    if (-not (Get-ManagementRoleAssignment -RoleAssignee $account -Role $role)) {
        New-ManagementRoleAssignment -Role $role -User $account | Out-Null
    }
}

$name = $ApplicationType + 'Enterprise-' + [System.Guid]::NewGuid().ToString('N')
New-PartnerApplication -Name $name -AuthMetadataUrl $AuthMetadataUrl -LinkedAccount $account -TrustAnySSLCertificate:$TrustAnySSLCertificate | Out-Null
Write-Host "The partner application $name was made."
