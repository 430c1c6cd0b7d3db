using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Google.Protobuf;
using NetGen.Onnx;
using NetGen.Onnx.Import;
using NetGen.Onnx.Protos;

namespace NetGen.Tests.Onnx;

/// <summary>What became of a case of the ONNX backend suite.</summary>
internal enum CaseResult
{
    Passed,
    Unsupported,
    Failed,
}

/// <summary>A case, and why it did not pass.</summary>
internal sealed record CaseOutcome(string Name, string Operator, CaseResult Result, string Reason);

/// <summary>The cases of the ONNX backend suite that the tests hold: a model, its inputs, and what it gives.</summary>
internal static class BackendCases
{
    private static readonly Lazy<CaseOutcome[]> all = new(RunAll);

    /// <summary>Every case's outcome, computed once.</summary>
    public static IReadOnlyList<CaseOutcome> Outcomes => all.Value;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Onnx", "cases");

    private sealed record Case(string Name, string Class, string Operator, ImportedNetwork? Network, float[] Input, Tensor[] Expected, string Problem);

    private static CaseOutcome[] RunAll()
    {
        Case[] cases = [.. Directory.EnumerateFiles(Folder, "model.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Read)];

        // One tier is enough here, and halves the compiler's work: the parity tests compare them.
        string[] sources = [.. cases.Where(c => c.Network is not null).Select(c =>
            c.Network!.ToCode(c.Class, "Cases").Replace("[Network]", "[Network(Simd = SimdTiers.Vector256)]", StringComparison.Ordinal))];
        var assembly = ImportedClasses.Compile(sources);
        return [.. cases.Select(c =>
        {
            if (c.Network is null)
            {
                return new CaseOutcome(c.Name, c.Operator, CaseResult.Unsupported, c.Problem);
            }

            string reason = Compare(c.Expected, ImportedClasses.Run(assembly, "Cases." + c.Class, c.Network, c.Input));
            return new CaseOutcome(c.Name, c.Operator, reason.Length == 0 ? CaseResult.Passed : CaseResult.Failed, reason);
        })];
    }

    private static Case Read(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        string name = Path.GetRelativePath(Folder, folder).Replace('\\', '/');
        GraphProto graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph;
        string operation = graph.Node.Last().OpType;
        string data = Path.Combine(folder, "test_data_set_0");
        HashSet<string> initialized = [.. graph.Initializer.Select(t => t.Name)];
        string[] inputs = [.. graph.Input.Select(i => i.Name).Where(i => !initialized.Contains(i))];
        byte[][] values = [.. inputs.Select((_, i) => File.ReadAllBytes(Path.Combine(data, FormattableString.Invariant($"input_{i}.pb"))))];

        var options = new OnnxImportOptions();
        int first = Math.Max(0, Array.FindIndex(values, v => OnnxImportOptions.ReadTensor("", v).IsReal));
        for (int i = 0; i < inputs.Length; i++)
        {
            if (i != first)
            {
                options.AddConstant(inputs[i], values[i]);
            }
        }

        string className = "Case_" + new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);
        Tensor[] expected = [.. graph.Output.Select((_, i) =>
            OnnxImportOptions.ReadTensor("", File.ReadAllBytes(Path.Combine(data, FormattableString.Invariant($"output_{i}.pb")))))];
        try
        {
            ImportedNetwork network = OnnxImporter.Import(path, options);
            return new Case(name, className, operation, network, OnnxImportOptions.ReadTensor("", values[first]).Floats, expected, "");
        }
        catch (OnnxException e)
        {
            return new Case(name, className, operation, null, [], expected, e.Message);
        }
    }

    /// <summary>What differs between the suite's outputs and ours; empty where nothing does.</summary>
    private static string Compare(Tensor[] expected, float[][] actual)
    {
        if (expected.Length != actual.Length)
        {
            return $"{actual.Length} outputs in place of {expected.Length}";
        }

        for (int o = 0; o < expected.Length; o++)
        {
            float[] reference = expected[o].Floats;
            if (reference.Length != actual[o].Length)
            {
                return $"output {o} has {actual[o].Length} values in place of {reference.Length}";
            }

            double largest = reference.Max(v => Math.Abs((double)v));
            double error = reference.Zip(actual[o], (r, a) => r == a || (float.IsNaN(r) && float.IsNaN(a)) ? 0.0 : Math.Abs((double)r - a)).Max();
            if (!(error <= 1e-5 * Math.Max(largest, 1e-3)))
            {
                return string.Create(CultureInfo.InvariantCulture, $"output {o} is off by {error:g3} of {largest:g3}");
            }
        }

        return "";
    }
}
