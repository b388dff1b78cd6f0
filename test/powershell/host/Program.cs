using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Concordat.Judge;
using Concordat.Judge.Running;
using Concordat.Judge.Servers;

// One JSON request a line in, one JSON answer a line out, until the input ends.
// Standard output belongs to the answers: whatever else prints goes to standard error.
var answers = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
Console.SetOut(Console.Error);
System.Text.Encoding.RegisterProvider(System.Text.CodePagesEncodingProvider.Instance);

var documented = new Documented();
var requests = new Dictionary<string, Func<JsonNode, JsonNode?>>
{
    ["parse"] = Parsing.Answer,
    ["tokens"] = Parsing.Tokens,
    ["declared"] = Constants.Declared,
    ["literals"] = Constants.Literals,
    ["documented"] = documented.Load,
    ["bind"] = request => Binding.Answer(request, documented),
    ["mutants"] = request => Mutants.Answer(request, documented),
    ["types"] = Names.Answer,
    ["certificate"] = Certificates.Read,
    ["pfx"] = Certificates.ReadPfx,
    ["token"] = Tokens.Judge,
    ["graphs"] = Graphs.Answer,
    ["behaviours"] = Behaviours.Load,
    ["accepts"] = Runs.Accepts,
    ["run"] = request => Runs.Answer(request, documented),
};
var plain = new JsonSerializerOptions { Encoder = JavaScriptEncoder.Default };

while (Console.ReadLine() is { } line)
{
    answers.WriteLine(Answer(line).ToJsonString(plain));
}

JsonObject Answer(string line)
{
    try
    {
        var request = JsonNode.Parse(line)!;
        var kind = (string)request["kind"]!;
        return requests.TryGetValue(kind, out var answer)
            ? new JsonObject { ["result"] = answer(request) }
            : new JsonObject { ["error"] = $"unknown request '{kind}'" };
    }
    catch (Exception fault)
    {
        return new JsonObject { ["error"] = $"{fault.GetType().Name}: {fault.Message}" };
    }
}
