using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using NetGen.Onnx;
using Spectre.Console;

namespace NetGen.Tool;

/// <summary>The command line. Exit code 0 is success, 1 a difference that <c>check</c> found, 2 an error.</summary>
internal static class Program
{
    private const int Failure = 2;

    private static readonly Argument<FileInfo> File = new("file") { Description = "An ONNX model, or an assembly (.dll) with networks" };
    private static readonly Option<string?> Network = new("--network") { Description = "The network's class, where the assembly has several" };
    private static readonly Option<FileInfo?> Weights = new("--weights") { Description = "The network's safetensors file; random weights without" };
    private static readonly Option<string?> InputShape = new("--input-shape") { Description = "The input's shape, where the model leaves it open: 1,3,224,224" };
    private static readonly Option<string?> Input = new("--input") { Description = "The input that the network takes, where the model has several" };
    private static readonly Option<string[]> Constants = new("--constant") { Description = "Fixes another input: name=file.pb", AllowMultipleArgumentsPerToken = false };

    public static int Main(string[] arguments) => Run(arguments, AnsiConsole.Console);

    /// <summary>Runs a command.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="console">Where it writes.</param>
    public static int Run(string[] arguments, IAnsiConsole console)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var root = new RootCommand("Turns ONNX models into NetGen networks and back, explains, checks and profiles them.")
        {
            ImportCommand(console),
            ExportCommand(console),
            ExplainCommand(console),
            CheckCommand(console),
            ProfileCommand(console),
        };
        var output = new StringWriter();
        var errors = new StringWriter();
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = errors };
        try
        {
            ParseResult parsed = root.Parse(arguments);
            int code = parsed.Invoke(configuration);
            console.Write(new Text(output.ToString()));
            console.Write(new Text(errors.ToString()));
            return parsed.Errors.Count > 0 ? Failure : code;
        }
        catch (Exception e) when (e is OnnxException or WeightsException or ToolException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            console.MarkupLineInterpolated($"[red]error:[/] {e.Message}");
            return Failure;
        }
    }

    private static Command ImportCommand(IAnsiConsole console)
    {
        var output = new Option<DirectoryInfo?>("--output", "-o") { Description = "The folder to write to; by default the current one" };
        var name = new Option<string?>("--name") { Description = "The class's name; by default the file's" };
        var space = new Option<string?>("--namespace") { Description = "The class's namespace" };
        var command = new Command("import", "Writes an ONNX model as an annotated class, its weights, and a golden sample")
        {
            File, output, name, space, InputShape, Input, Constants,
        };
        command.SetAction(result =>
        {
            FileInfo file = result.GetRequiredValue(File);
            string className = result.GetValue(name) ?? Models.ClassName(file.Name);
            if (!className.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') || !char.IsAsciiLetter(className[0]))
            {
                throw new ToolException($"'{className}' is no name of a class. Give another with --name.");
            }

            string folder = (result.GetValue(output) ?? new DirectoryInfo(".")).FullName;
            Directory.CreateDirectory(folder);
            console.Status().Start($"reading {file.Name}", status =>
            {
                ImportedNetwork network = OnnxImporter.Import(file.FullName, OptionsOf(result));
                status.Status("writing the class and its weights");
                string path = Path.Combine(folder, className);
                System.IO.File.WriteAllText(path + ".cs", network.ToCode(className, result.GetValue(space), $"Imported from {file.Name}."));
                Safetensors.Save(path + ".safetensors", network.Weights);
                status.Status("computing the golden sample with ONNX Runtime");
                Models.Sample sample = Models.Sample.Of(network, file.FullName, OptionsOf(result));
                Safetensors.Save(path + ".golden.safetensors", sample.ToTensors());
                console.MarkupLineInterpolated($"{path}.cs, .safetensors and .golden.safetensors are written");
                if (network.BatchSize > 1)
                {
                    console.MarkupLineInterpolated($"The model takes {network.BatchSize} samples at once and treats each alone: the class takes one, and its ForwardBatch all.");
                }
            });
        });
        return command;
    }

    private static Command ExportCommand(IAnsiConsole console)
    {
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The ONNX file; by default the class's name" };
        var batch = new Option<int>("--batch") { Description = "The samples that the model takes at once; 0 leaves it open", DefaultValueFactory = _ => 1 };
        var command = new Command("export", "Writes a network of an assembly as an ONNX model") { File, Network, Weights, output, batch };
        command.SetAction(result =>
        {
            LoadedNetwork network = LoadedNetwork.Load(result.GetRequiredValue(File).FullName, result.GetValue(Network), result.GetValue(Weights)?.FullName, new OnnxImportOptions());
            string path = result.GetValue(output)?.FullName ?? network.Info.Name + ".onnx";
            using (FileStream stream = System.IO.File.Create(path))
            {
                OnnxExporter.Export(network.Info, network.Weights, stream, result.GetValue(batch));
            }

            console.MarkupLineInterpolated($"{path} is written");
        });
        return command;
    }

    private static Command ExplainCommand(IAnsiConsole console)
    {
        var markdown = new Option<bool>("--markdown") { Description = "Writes the table as Markdown" };
        var code = new Option<bool>("--code") { Description = "Writes a model's class instead" };
        var command = new Command("explain", "Shows a network's layers: shapes, parameters, cost, memory, and how each is computed")
        {
            File, Network, InputShape, Input, Constants, markdown, code,
        };
        command.SetAction(result =>
        {
            FileInfo file = result.GetRequiredValue(File);
            if (result.GetValue(code))
            {
                console.Write(new Text(OnnxImporter.Import(file.FullName, OptionsOf(result)).ToCode(Models.ClassName(file.Name))));
                return;
            }

            LoadedNetwork network = LoadedNetwork.Load(file.FullName, result.GetValue(Network), null, OptionsOf(result));
            console.Write(new Text((result.GetValue(markdown) ? network.Info.ToMarkdown() : network.Info.ToString()) + "\n"));
            console.MarkupLineInterpolated(
                $"{network.Info.ParameterCount:#,0} parameters, {network.Info.MultiplyAddCount:#,0} multiply-adds, {network.Info.WorkspaceLength * (long)sizeof(float):#,0} bytes of activations");
        });
        return command;
    }

    private static Command CheckCommand(IAnsiConsole console)
    {
        var bound = new Option<double>("--bound") { Description = "The largest error that passes, relative to the largest value", DefaultValueFactory = _ => 1e-4 };
        var command = new Command("check", "Runs a sample through ONNX Runtime and through the generated class, and says where they part") { File, InputShape, Input, Constants, bound };
        command.SetAction(result =>
        {
            FileInfo file = result.GetRequiredValue(File);
            return Checking.Run(console, file.FullName, OptionsOf(result), result.GetValue(bound)) ? 0 : 1;
        });
        return command;
    }

    private static Command ProfileCommand(IAnsiConsole console)
    {
        var runs = new Option<int>("--runs") { Description = "How often the network is run", DefaultValueFactory = _ => 20 };
        var command = new Command("profile", "Times a network's layers") { File, Network, Weights, InputShape, Input, Constants, runs };
        command.SetAction(result =>
        {
            int count = result.GetValue(runs);
            if (count < 1)
            {
                throw new ToolException("--runs must be at least 1.");
            }

            LoadedNetwork network = LoadedNetwork.Load(
                result.GetRequiredValue(File).FullName, result.GetValue(Network), result.GetValue(Weights)?.FullName, OptionsOf(result));
            Profiling.Run(console, network, count);
        });
        return command;
    }

    private static OnnxImportOptions OptionsOf(ParseResult result)
    {
        var options = new OnnxImportOptions { Input = result.GetValue(Input) };
        if (result.GetValue(InputShape) is { } shape)
        {
            options.InputShape = [.. shape.Split(',', 'x').Select(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
                ? size
                : throw new ToolException($"'{shape}' is no shape. Write it as 1,3,224,224."))];
        }

        foreach (string constant in result.GetValue(Constants) ?? [])
        {
            int sign = constant.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0)
            {
                throw new ToolException($"'{constant}' is no constant. Write it as name=file.pb.");
            }

            options.AddConstant(constant[..sign], System.IO.File.ReadAllBytes(constant[(sign + 1)..]));
        }

        return options;
    }
}

/// <summary>Something that the user can put right.</summary>
internal sealed class ToolException(string message) : Exception(message);
