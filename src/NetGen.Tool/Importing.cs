extern alias generator;

using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.ML.OnnxRuntime.Tensors;
using NetGen.Onnx;
using Spectre.Console;

namespace NetGen.Tool;

using generator::NetGen.Generator.Graphs;

/// <summary>Writes a model as a class, its weights, and a golden sample.</summary>
internal static class Importing
{
    /// <param name="console">Where it writes.</param>
    /// <param name="file">The model.</param>
    /// <param name="folder">The folder to write to.</param>
    /// <param name="name">The class's name; null takes the file's.</param>
    /// <param name="space">The class's namespace; null takes the project's.</param>
    /// <param name="force">Whether a class is written over that was edited.</param>
    /// <param name="options">How the model is imported.</param>
    /// <param name="source">Where the golden sample's input comes from.</param>
    public static void Run(
        IAnsiConsole console, FileInfo file, string folder, string? name, string? space, bool force, OnnxImportOptions options, SampleOptions source)
    {
        Project? project = Project.Of(folder);
        (ImportedNetwork network, ModelClass model) = Waiting.For(console, $"reading {file.Name}", () =>
        {
            ImportedNetwork read = OnnxImporter.Import(file.FullName, options);
            return (read, ModelClass.Create(read, file.Name, name, space ?? project?.Namespace));
        });
        string path = Path.Combine(folder, model.Name);
        string code = path + ".cs";
        if (!force && IsOther(code, model.Code))
        {
            AskToReplace(console, code);
        }

        Directory.CreateDirectory(folder);
        (string weights, string golden) = (path + ".safetensors", path + ".golden.safetensors");
        Waiting.For(console, "writing the class and its weights", () =>
        {
            File.WriteAllText(code, model.Code);
            Safetensors.Save(weights, network.Weights);
            return 0;
        });
        Sample sample;
        try
        {
            sample = Waiting.For(console, "computing the golden sample with ONNX Runtime", () => Sample.Of(network, file.FullName, options, source, network.Values.Values));
        }
        catch (ToolException e)
        {
            throw new ToolException([e.Message, $"{code} and .safetensors are written, and no golden sample."]);
        }

        Graph graph = LoadedNetwork.Parse(model.Symbol).Graph;
        Safetensors.Save(golden, sample.ToTensors(Dimensions(graph.Input), Dimensions(graph.Output)));
        console.WriteLine($"{code}, .safetensors and .golden.safetensors are written");
        ShowItems(console, project, [("NetworkWeights", weights), ("NetworkGolden", golden)]);
        if (Elements.Bound(sample.Coarsest) is var bound && bound > Elements.Bound(TensorElementType.Float))
        {
            console.WriteLine($"The model computes in {sample.Coarsest}, and the class in float: give SelfTest a bound of {bound}.");
        }

        if (network.Inputs.Where(i => i.Next is not null).ToArray() is { Length: > 0 } states)
        {
            console.WriteLine(
                $"{string.Join(", ", states.Select(s => $"{s.Name} becomes {s.Next}"))} from call to call: CreateSession gives what keeps them; --no-state leaves them inputs.");
        }

        if (network.BatchSize > 1)
        {
            console.WriteLine($"The model takes {network.BatchSize} samples at once and treats each alone: the class takes one, and its ForwardBatch all.");
        }
    }

    /// <summary>Whether a file is there with another content, but for the ends of its lines.</summary>
    private static bool IsOther(string path, string code) => File.Exists(path) && File.ReadAllText(path).ReplaceLineEndings("\n") != code;

    private static void AskToReplace(IAnsiConsole console, string path)
    {
        if (!console.Profile.Capabilities.Interactive)
        {
            throw new ToolException($"{path} exists and is not what would be written: it may have been edited. Write over it with --force, or choose another --name.");
        }

        if (!console.Confirm(Markup.Escape($"{path} exists and is not what would be written: it may have been edited. Write over it?"), defaultValue: false))
        {
            throw new ToolException("Nothing is written.");
        }
    }

    /// <summary>Says what the project needs, so that the files are checked, and lie beside the program.</summary>
    private static void ShowItems(IAnsiConsole console, Project? project, (string Kind, string File)[] items)
    {
        IReadOnlyList<string> lines = project?.Missing(items) ?? [.. items.Select(i => Project.Line(i.Kind, Path.GetFileName(i.File)))];
        if (lines.Count > 0)
        {
            console.WriteLine($"Add to {project?.Name ?? "the project (.csproj)"}, for [Weights] and [Golden] with the same paths on the class:");
            console.WriteLine("  <ItemGroup>");
            foreach (string line in lines)
            {
                console.WriteLine("    " + line);
            }

            console.WriteLine("  </ItemGroup>");
        }
    }

    private static int[] Dimensions(generator::NetGen.Generator.Graphs.Shape shape) =>
        shape.IsVector ? [shape.Channels] : [shape.Channels, shape.Height, shape.Width];
}
