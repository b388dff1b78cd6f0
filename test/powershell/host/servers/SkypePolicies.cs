using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;
using Concordat.Judge.Running;

namespace Concordat.Judge.Servers;

/// <summary>What is archived.</summary>
public enum EnableArchiving { None, ImOnly, ImAndWebConf }

/// <summary>Settings at scopes: one at the global scope that is always there, others for sites, services or users.</summary>
internal sealed record SkypePolicies(string Kind, string Type, bool IsPerUser, IReadOnlyList<SkypeSetting> Settings)
{
    public static readonly SkypePolicies UserServices = new("CsUserServicesPolicy", "Microsoft.Rtc.Management.WritableConfig.Policy.UserServices.UserServicesPolicy", true, [
        new("UcsAllowed", true), new("MigrationDelayInDays", 0, 0, 180), new("EnableAwaySinceIndication", false)]);

    public static readonly SkypePolicies Archiving = new("CsArchivingPolicy", "Microsoft.Rtc.Management.WritableConfig.Policy.IM.IMArchivingPolicy", true, [
        new("Description", ""), new("ArchiveInternal", false), new("ArchiveExternal", false)]);

    public static readonly SkypePolicies ArchivingConfiguration = new("CsArchivingConfiguration", "Microsoft.Rtc.Management.WritableConfig.Settings.Archiving.ArchivingSettings", false, [
        new("EnableArchiving", EnableArchiving.None), new("EnablePurging", false), new("PurgeExportedArchivesOnly", false), new("BlockOnArchiveFailure", false),
        new("KeepArchivingDataForDays", 14, 1, 2562), new("PurgeHourOfDay", 2, 0, 23), new("ArchiveDuplicateMessages", true), new("CachePurgingInterval", 24, 4, 168), new("EnableExchangeArchiving", false)]);

    private static string Row(Call call, string what) => SkypeStore.Row(call, what);

    public IEnumerable<object?> Get(Call call) => SkypeStore.Chosen(call, Kind, Normal).Select(Print);

    private PSObject Print(JsonObject one) => Shapes.Object(Type, [("Identity", (string)one["Identity"]!), .. Settings.Select(setting => (setting.Name, setting.Print(one[setting.Name])))]);

    /// <summary>An identity as it is printed: a name without a scope is that of a policy for users.</summary>
    private static string Normal(string identity)
    {
        if (string.Equals(identity, "global", StringComparison.OrdinalIgnoreCase)) return "Global";
        var (scope, name) = identity.Split(':', 2) is [var before, var after] ? (before, after) : ("Tag", identity);
        return $"{CultureInfo.InvariantCulture.TextInfo.ToTitleCase(scope.ToLowerInvariant())}:{name}";
    }

    public IEnumerable<object?> New(Call call)
    {
        var identity = Normal(call.Text("Identity") ?? "");
        if (identity == "Global") throw call.Refuse(Row(call, "global"), "The global settings exist already and cannot be created.");
        if (SkypeStore.Find(SkypeStore.Of(call.Objects, Kind), identity) is not null) throw call.Refuse(Row(call, "exists"), $"\"{identity}\" already exists. Use another identity.");
        CheckScope(call, identity);
        var made = new JsonObject { ["Identity"] = identity };
        foreach (var setting in Settings) made[setting.Name] = setting.Given(call) ?? setting.Default;
        return SkypeStore.Commit(call, identity, "creates", () => call.All(Kind).Add((JsonNode)made)) ? [Print(made)] : [];
    }

    private void CheckScope(Call call, string identity)
    {
        var (scope, name) = (identity.Split(':')[0], identity.Split(':', 2)[1]);
        var sites = (call.Site.Facts["sites"] as JsonArray ?? []).Select(site => (string)site!);
        if (scope == "Site" && !sites.Contains(name, StringComparer.OrdinalIgnoreCase)) throw call.Refuse(Row(call, "no-site"), $"There is no site \"{name}\".");
        var isScope = scope is "Site" or "Service" || (scope == "Tag" && IsPerUser);
        if (!isScope || name.Trim() == "" || WildcardPattern.ContainsWildcardCharacters(name)) throw call.Refuse(Row(call, "scope"), $"\"{identity}\" is not a valid identity.");
    }

    public IEnumerable<object?> Set(Call call)
    {
        var identity = Normal(call.Text("Identity") ?? "Global");
        var one = SkypeStore.Find(SkypeStore.Of(call.Objects, Kind), identity) ?? throw SkypeStore.NotFound(call, identity);
        var given = Settings.Where(setting => call.Has(setting.Name)).Select(setting => (setting.Name, Value: setting.Given(call))).ToList();
        SkypeStore.Commit(call, identity, "changes", () =>
        {
            foreach (var (name, value) in given) one[name] = value;
        });
        return [];
    }

    /// <summary>The global ones only go back to what they were at first.</summary>
    public IEnumerable<object?> Remove(Call call)
    {
        var identity = Normal(call.Text("Identity") ?? "");
        if (WildcardPattern.ContainsWildcardCharacters(identity)) throw call.Refuse(Row(call, "wildcard"), "Wildcard characters cannot be used in an Identity.");
        var one = SkypeStore.Find(SkypeStore.Of(call.Objects, Kind), identity) ?? throw SkypeStore.NotFound(call, identity);
        SkypeStore.Commit(call, identity, identity == "Global" ? "resets-global" : "removes", () =>
        {
            if (identity != "Global") call.All(Kind).Remove(one);
            else foreach (var setting in Settings) one[setting.Name] = setting.Default;
        }, Row(call, "asks"));
        return [];
    }
}

/// <summary>One property of such settings, with what it is at first and between which numbers it may lie.</summary>
internal sealed record SkypeSetting(string Name, object First, int Low = 0, int High = 0)
{
    public JsonNode Default => First switch { bool flag => flag, int number => number, _ => First.ToString()! };

    /// <summary>What a call gives for it, as it is kept; null where it gives nothing.</summary>
    public JsonNode? Given(Call call)
    {
        if (!call.Has(Name)) return null;
        if (First is bool) return call.Flag(Name) ?? throw Refuse(call);
        if (First is string) return call.Text(Name) ?? "";
        if (First is EnableArchiving) return Enum.TryParse<EnableArchiving>(call.Text(Name), true, out var mode) && Enum.IsDefined(mode) ? mode.ToString() : throw Refuse(call);
        var number = Convert.ToInt32(call.Value(Name), CultureInfo.InvariantCulture);
        return number >= Low && number <= High ? number : throw Refuse(call);
    }

    private Refusal Refuse(Call call) => call.Refuse(SkypeStore.Row(call, "value"), $"\"{call.Text(Name)}\" is not a valid value of {Name}.");

    public object? Print(JsonNode? kept) => First switch
    {
        bool flag => (bool?)kept ?? flag,
        int number => (int?)kept ?? number,
        EnableArchiving => Enum.Parse<EnableArchiving>((string?)kept ?? "None"),
        _ => (string?)kept ?? "",
    };
}
