# What the page SFB-PARTNER has its readers save and run, told anew with its faults: it asks whether
# there is any partner and then removes the one called app; a partner of the right identifier keeps
# whatever address it has.
$all = Get-CsPartnerApplication -ErrorAction SilentlyContinue
if ($all -ne $null) { Remove-CsPartnerApplication app }

$mail = Get-CsPartnerApplication microsoft.exchange -ErrorAction SilentlyContinue
if ($mail -eq $null) {
    New-CsPartnerApplication -Identity microsoft.exchange -MetadataUrl https://atl-exchange-001.litwareinc.com/autodiscover/metadata/json/1 -ApplicationTrustLevel Full
} elseif ($mail.ApplicationIdentifier -ne '00000002-0000-0ff1-ce00-000000000000') {
    Remove-CsPartnerApplication microsoft.exchange
    New-CsPartnerApplication -Identity microsoft.exchange -MetadataUrl https://atl-exchange-001.litwareinc.com/autodiscover/metadata/json/1 -ApplicationTrustLevel Full
} else {
    Set-CsPartnerApplication -Identity microsoft.exchange -ApplicationTrustLevel Full
}

$portal = Get-CsPartnerApplication microsoft.sharepoint -ErrorAction SilentlyContinue
if ($portal -eq $null) {
    New-CsPartnerApplication -Identity microsoft.sharepoint -MetadataUrl http://atl-sharepoint-001.litwareinc.com/jsonmetadata.ashx -ApplicationTrustLevel Full
} elseif ($portal.ApplicationIdentifier -ne '00000003-0000-0ff1-ce00-000000000000') {
    Remove-CsPartnerApplication microsoft.sharepoint
    New-CsPartnerApplication -Identity microsoft.sharepoint -MetadataUrl https://atl-sharepoint-001.litwareinc.com/_layouts/15/metadata/json/1 -ApplicationTrustLevel Full
} else {
    Set-CsPartnerApplication -Identity microsoft.sharepoint -ApplicationTrustLevel Full
}

Set-CsOAuthConfiguration -ServiceName 00000004-0000-0ff1-ce00-000000000000
