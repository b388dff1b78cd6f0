using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Concordat.Judge;

/// <summary>Tokens judged by Microsoft's own handler.</summary>
internal static class Tokens
{
    /// <summary>`{ token, certificates[base64 DER], issuer, audience, at }`: valid, or the handler's reason.</summary>
    public static JsonNode Judge(JsonNode request)
    {
        var at = DateTimeOffset.Parse((string)request["at"]!).UtcDateTime;
        var keys = request["certificates"]!.AsArray()
            .Select(item => new X509SecurityKey(X509CertificateLoader.LoadCertificate(Convert.FromBase64String((string)item!))))
            .ToList();
        var parameters = new TokenValidationParameters
        {
            ValidIssuer = (string)request["issuer"]!,
            ValidAudience = (string)request["audience"]!,
            IssuerSigningKeys = keys,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            TryAllIssuerSigningKeys = false,
            LifetimeValidator = (from, until, _, _) => from <= at && at < until,
        };
        var result = new JsonWebTokenHandler().ValidateTokenAsync((string)request["token"]!, parameters).GetAwaiter().GetResult();
        return new JsonObject
        {
            ["valid"] = result.IsValid,
            // `IDX10517`: the handler's own number for what is wrong.
            ["reason"] = result.Exception?.Message.Split(':')[0],
            ["detail"] = result.Exception?.Message,
        };
    }
}
