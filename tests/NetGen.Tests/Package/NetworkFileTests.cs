using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using NetGen.Tests.Weights;
using Xunit;

namespace NetGen.Tests.Package;

/// <summary>Weight and golden files on their way from a project to its program, as a user of the package sees it.</summary>
public sealed partial class NetworkFileTests(PackedNetGen netgen) : IClassFixture<PackedNetGen>
{
    /// <summary>Files of one name in several folders, copied and embedded: each network gets its own, also after another is put in its place.</summary>
    [Fact]
    public async Task Files_of_one_name_stay_apart_and_their_content_decides()
    {
        foreach ((string folder, float value) in new[] { ("a", 1f), ("b", 2f), ("c", 3f), ("d", 4f) })
        {
            netgen.Write($"twins/{folder}/model.safetensors", Weights(value));
        }

        netgen.Write("twins/deep/one.golden.safetensors", Golden(1));
        netgen.Project("twins/Twins.csproj", """
            <NetworkWeights Include="a/model.safetensors;b/model.safetensors" />
            <NetworkWeights Include="c/model.safetensors" Embed="true" />
            <NetworkWeights Include="d/model.safetensors" Embed="true" Link="linked/model.safetensors" />
            <NetworkGolden Include="deep/**/*.safetensors" />
            """);
        netgen.Write("twins/Program.cs", """
            using NetGen;

            float[] x = [1];
            string Beside(string path) => System.IO.Path.Combine(System.AppContext.BaseDirectory, path);
            A a = A.Load(Beside("a/model.safetensors"));
            System.Console.WriteLine($"{a.Forward(x)[0]} {B.Load(Beside("b/model.safetensors")).Forward(x)[0]} {C.Create().Forward(x)[0]} {D.Create().Forward(x)[0]} {a.SelfTest().Passed}");

            [Network] [Weights("a/model.safetensors")] [Golden("one.golden.safetensors")] [Input(1)] [Dense(1)] public sealed partial class A;
            [Network] [Weights("b\\model.safetensors")] [Input(1)] [Dense(1)] public sealed partial class B;
            [Network] [Weights("c/model.safetensors")] [Input(1)] [Dense(1)] public sealed partial class C;
            [Network] [Weights("linked/model.safetensors")] [Input(1)] [Dense(1)] public sealed partial class D;
            """);
        await PrintsAsync("1 2 3 4 True");

        // An older file, as one from an archive or a copy that keeps times.
        Replace("twins/a/model.safetensors", 5, File.GetLastWriteTimeUtc(netgen.Full("twins/a/model.safetensors")).AddDays(-3));
        Replace("twins/c/model.safetensors", 6, File.GetLastWriteTimeUtc(netgen.Full("twins/c/model.safetensors")).AddDays(-3));

        // One of the same time and length.
        Replace("twins/b/model.safetensors", 7, File.GetLastWriteTimeUtc(netgen.Full("twins/b/model.safetensors")));
        Replace("twins/d/model.safetensors", 8, File.GetLastWriteTimeUtc(netgen.Full("twins/d/model.safetensors")));
        await PrintsAsync("5 7 6 8 False");

        (int code, string output) = await netgen.DotnetAsync("twins", "publish -c Release -o out");
        Assert.True(code == 0, output);
        Replace("twins/a/model.safetensors", 9, File.GetLastWriteTimeUtc(netgen.Full("twins/out/a/model.safetensors")));
        (code, output) = await netgen.DotnetAsync("twins", "publish -c Release -o out");
        Assert.True(code == 0, output);
        Assert.Equal(Weights(9), File.ReadAllBytes(netgen.Full("twins/out/a/model.safetensors")));
        Assert.Equal(Weights(7), File.ReadAllBytes(netgen.Full("twins/out/b/model.safetensors")));
        Assert.Equal(Golden(1), File.ReadAllBytes(netgen.Full("twins/out/deep/one.golden.safetensors")));

        (_, string watched) = await netgen.DotnetAsync("twins", "watch --list");
        Assert.Contains("a/model.safetensors", watched.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.Contains("d/model.safetensors", watched.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.Contains("deep/one.golden.safetensors", watched.Replace('\\', '/'), StringComparison.Ordinal);

        async Task PrintsAsync(string expected)
        {
            (int code, string output) = await netgen.DotnetAsync("twins", "run -c Release");
            Assert.True(code == 0, output);
            Assert.Equal(expected, output.Trim().Split('\n').Last().Trim());
        }
    }

    [Fact]
    public async Task A_clash_names_both_files()
    {
        netgen.Write("clash/a/model.safetensors", Weights(1));
        netgen.Write("clash/b/model.safetensors", Weights(2));
        netgen.Write("clash/Program.cs", """
            using NetGen;
            System.Console.WriteLine(A.ParameterCount);
            [Network] [Weights("model.safetensors")] [Input(1)] [Dense(1)] public sealed partial class A;
            """);
        netgen.Project("clash/Clash.csproj", """<NetworkWeights Include="a/model.safetensors;b/model.safetensors" />""");
        (int code, string output) = await netgen.DotnetAsync("clash", "build -c Release");
        Assert.NotEqual(0, code);
        string named = Assert.Single(Errors(output));
        Assert.Contains(
            "Program.cs(3,20): error NG1055: Network 'A': the project has several files of the name 'model.safetensors'; name one of them by its path: 'a/model.safetensors', 'b/model.safetensors'",
            named,
            StringComparison.Ordinal);

        netgen.Project("clash/Clash.csproj", """<NetworkWeights Include="a/model.safetensors;b/model.safetensors" Link="model.safetensors" />""");
        (code, output) = await netgen.DotnetAsync("clash", "build -c Release");
        Assert.NotEqual(0, code);
        string linked = Assert.Single(Errors(output));
        Assert.Contains("error NG2002", linked, StringComparison.Ordinal);
        Assert.Contains(netgen.Full("clash/a/model.safetensors"), linked, StringComparison.Ordinal);
        Assert.Contains(netgen.Full("clash/b/model.safetensors"), linked, StringComparison.Ordinal);
        Assert.Contains("Link=", linked, StringComparison.Ordinal);
    }

    /// <summary>A referenced project's files are copied, unless they would replace the program's own.</summary>
    [Fact]
    public async Task Files_of_referenced_projects_do_not_replace_others()
    {
        netgen.Write("pair/lib/model.safetensors", Weights(1));
        netgen.Write("pair/lib/Net.cs", """namespace Lib; [NetGen.Network] [NetGen.Weights("model.safetensors")] [NetGen.Input(1)] [NetGen.Dense(1)] public sealed partial class Net;""");
        netgen.Project("pair/lib/Lib.csproj", """<NetworkWeights Include="model.safetensors" />""", isLibrary: true);
        netgen.Write("pair/app/model.safetensors", Weights(2));
        netgen.Write("pair/app/Program.cs", """
            using System;
            using System.IO;
            using NetGen;
            string other = args.Length == 0 ? "model.safetensors" : args[0];
            Console.WriteLine($"{Lib.Net.Load(Path.Combine(AppContext.BaseDirectory, "model.safetensors")).Forward([1f])[0]} {Net.Load(Path.Combine(AppContext.BaseDirectory, other)).Forward([1f])[0]}");
            [Network] [Weights("model.safetensors")] [Input(1)] [Dense(1)] public sealed partial class Net;
            """);
        netgen.Project("pair/app/App.csproj", """<NetworkWeights Include="model.safetensors" /><ProjectReference Include="../lib/Lib.csproj" />""");
        (int code, string output) = await netgen.DotnetAsync("pair/app", "build -c Release");
        Assert.NotEqual(0, code);
        string error = Assert.Single(Errors(output));
        Assert.Contains("error NG2003", error, StringComparison.Ordinal);
        Assert.Contains(netgen.Full("pair/lib/model.safetensors"), error, StringComparison.Ordinal);
        Assert.Contains(netgen.Full("pair/app/model.safetensors"), error, StringComparison.Ordinal);

        netgen.Project("pair/app/App.csproj", """<NetworkWeights Include="model.safetensors" Link="app/model.safetensors" /><ProjectReference Include="../lib/Lib.csproj" />""");
        (code, output) = await netgen.DotnetAsync("pair/app", "run -c Release -- app/model.safetensors");
        Assert.True(code == 0, output);
        Assert.Equal("1 2", output.Trim().Split('\n').Last().Trim());
    }

    /// <summary>What needs another framework or language says so, once.</summary>
    [Fact]
    public async Task Other_frameworks_and_languages_get_one_message()
    {
        netgen.Write("old/Program.cs", "System.Console.WriteLine();");
        foreach (string framework in new[] { "net8.0", "net9.0", "netstandard2.0" })
        {
            netgen.Project("old/Old.csproj", framework: framework, isLibrary: true, properties: "<Nullable>disable</Nullable><DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences><DisableImplicitNuGetFallbackFolder>true</DisableImplicitNuGetFallbackFolder>");
            (int restored, string said) = await netgen.DotnetAsync("old", "restore");
            Assert.NotEqual(0, restored);
            Assert.Contains("NU1202", said, StringComparison.Ordinal);
            Assert.Contains("net10.0", said, StringComparison.Ordinal);
        }

        netgen.Write("vb/Program.vb", """
            Imports NetGen
            <Network> <Input(1)> <Dense(1)>
            Public Partial Class Net
            End Class
            Module Program
                Sub Main()
                    System.Console.WriteLine(Net.Random(1))
                End Sub
            End Module
            """);
        netgen.Project("vb/Vb.vbproj");
        (int code, string output) = await netgen.DotnetAsync("vb", "build -c Release");
        Assert.NotEqual(0, code);
        Assert.Contains("error NG2001: NetGen generates C#, and this is a project in VB", Assert.Single(Errors(output)), StringComparison.Ordinal);

        netgen.Write("fs/Program.fs", "printfn \"%A\" (typeof<NetGen.NetworkAttribute>)\n");
        netgen.Project("fs/Fs.fsproj", """<Compile Include="Program.fs" />""");
        (code, output) = await netgen.DotnetAsync("fs", "build -c Release");
        Assert.NotEqual(0, code);
        Assert.Contains("error NG2001: NetGen generates C#, and this is a project in F#", Assert.Single(Errors(output)), StringComparison.Ordinal);

        netgen.Write("eleven/Program.cs", """
            using NetGen;
            namespace Eleven
            {
                [Network] [Input(1)] [Dense(1)] public sealed partial class Net { }
                public static class Program { public static void Main() { System.Console.WriteLine(Net.Random(1).Forward(new float[1])[0]); } }
            }
            """);
        netgen.Project("eleven/Eleven.csproj", properties: "<LangVersion>11</LangVersion>");
        (code, output) = await netgen.DotnetAsync("eleven", "build -c Release");
        Assert.NotEqual(0, code);
        Assert.Contains("error NG1057", Assert.Single(Errors(output)), StringComparison.Ordinal);
    }

    /// <summary>A library's package carries its files to programs that use it through another library.</summary>
    [Fact]
    public async Task A_packed_library_carries_its_files()
    {
        netgen.Write("packed/lib/folder/model.safetensors", Weights(1));
        netgen.Write("packed/lib/model.golden.safetensors", Golden(1));
        netgen.Write("packed/lib/left.safetensors", Weights(3));
        netgen.Write("packed/lib/embedded.safetensors", Weights(4));
        netgen.Write("packed/lib/Net.cs", """
            namespace Carrier;
            [NetGen.Network] [NetGen.Weights("folder/model.safetensors")] [NetGen.Golden("model.golden.safetensors")] [NetGen.Input(1)] [NetGen.Dense(1)]
            public sealed partial class Net;
            """);
        netgen.Project(
            "packed/lib/Carrier.csproj",
            """
            <NetworkWeights Include="folder/model.safetensors" /><NetworkGolden Include="model.golden.safetensors" />
            <NetworkWeights Include="left.safetensors" Pack="false" /><NetworkWeights Include="embedded.safetensors" Embed="true" />
            """,
            "<Version>1.0.0</Version>",
            isLibrary: true);
        (int code, string output) = await netgen.DotnetAsync("packed/lib", $"pack -c Release -o \"{netgen.Full("packages")}\"");
        Assert.True(code == 0, output);
        Assert.DoesNotContain("warning NG", output, StringComparison.Ordinal);
        using (ZipArchive package = ZipFile.OpenRead(netgen.Full("packages/Carrier.1.0.0.nupkg")))
        {
            Assert.Equal(
                [
                    "buildTransitive/net10.0/Carrier.targets",
                    "buildTransitive/net10.0/networks/folder/model.safetensors",
                    "buildTransitive/net10.0/networks/model.golden.safetensors",
                ],
                package.Entries.Select(e => e.FullName).Where(n => n.StartsWith("build", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }

        netgen.Write("packed/between/Between.cs", "namespace Between; public static class Nets { public static Carrier.Net Load() => Carrier.Net.Load(System.IO.Path.Combine(System.AppContext.BaseDirectory, \"folder/model.safetensors\")); }");
        netgen.Project("packed/between/Between.csproj", """<PackageReference Include="Carrier" Version="1.0.0" />""", isLibrary: true, usesPackage: false);
        netgen.Write("packed/app/Program.cs", """var net = Between.Nets.Load(); System.Console.WriteLine($"{net.Forward([1f])[0]} {net.SelfTest().Passed} {System.IO.File.Exists(System.IO.Path.Combine(System.AppContext.BaseDirectory, "left.safetensors"))}");""");
        netgen.Project("packed/app/App.csproj", """<ProjectReference Include="../between/Between.csproj" />""", usesPackage: false);
        (code, output) = await netgen.DotnetAsync("packed/app", "run -c Release");
        Assert.True(code == 0, output);
        Assert.Equal("1 True False", output.Trim().Split('\n').Last().Trim());

        // A package with targets of its own has to import ours.
        netgen.Write("packed/lib/Carrier.targets", "<Project />");
        netgen.Project(
            "packed/lib/Carrier.csproj",
            """
            <NetworkWeights Include="folder/model.safetensors" /><NetworkGolden Include="model.golden.safetensors" />
            <None Include="Carrier.targets" Pack="true" PackagePath="buildTransitive/net10.0" />
            """,
            "<Version>1.0.1</Version>",
            isLibrary: true);
        (code, output) = await netgen.DotnetAsync("packed/lib", $"pack -c Release -o \"{netgen.Full("packages")}\"");
        Assert.True(code == 0, output);
        Assert.Contains("warning NG2004", output, StringComparison.Ordinal);
        Assert.Contains("folder/model.safetensors", output, StringComparison.Ordinal);
        Assert.Contains("Embed=\"true\"", output, StringComparison.Ordinal);
    }

    /// <summary>What is no safetensors file, or not all of one, is told in the build.</summary>
    [Fact]
    public async Task The_build_says_what_a_file_is()
    {
        byte[] valid = Weights(1);
        (string Name, byte[] Content, string Problem)[] files =
        [
            ("Truncated", valid[..^1], "the file is truncated: expected 8 bytes of data after the header, found 7"),
            ("Long", [.. valid, 1, 2, 3], "the tensors take 8 bytes of data, and 3 more follow them"),
            ("Header", valid[..40], "its header should have"),
            ("Pointer", Encoding.UTF8.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n"), "it is a Git LFS pointer"),
            ("Page", Encoding.UTF8.GetBytes("<!DOCTYPE html><html>Not found</html>"), "it is a web page or XML"),
            ("Pth", [(byte)'P', (byte)'K', 3, 4, .. new byte[200]], "it is a zip archive, as PyTorch's .pt and .pth"),
            ("Empty", [], "it has 0 bytes"),
            ("Gap", SafetensorsBytes.File("{" + SafetensorsBytes.Entry("fc1.bias", "F32", "1", 4, 8) + "}", new byte[8]), "the data of tensor 'fc1.bias' begins at 4, not at 0"),
        ];
        foreach ((string name, byte[] content, _) in files)
        {
            netgen.Write($"damaged/{name}.safetensors", content);
        }

        netgen.Write("damaged/Null.safetensors", SafetensorsBytes.File(
            "{\"__metadata__\":null," + SafetensorsBytes.Entry("fc1.weight", "F32", "1,1", 0, 4) + "," + SafetensorsBytes.Entry("fc1.bias", "F32", "1", 4, 8) + "}", new byte[8]));
        netgen.Write("damaged/Program.cs", "using NetGen;\nSystem.Console.WriteLine();\n" + string.Concat(files.Select(f => f.Name).Append("Null").Select(
            n => $"[Network] [Weights(\"{n}.safetensors\")] [Input(1)] [Dense(1)] public sealed partial class {n};\n")));
        netgen.Project("damaged/Damaged.csproj", """<NetworkWeights Include="*.safetensors" />""");
        (int code, string output) = await netgen.DotnetAsync("damaged", "build -c Release");
        Assert.NotEqual(0, code);
        string[] errors = Errors(output);
        Assert.Equal(files.Length, errors.Length);
        Assert.All(files, f => Assert.Contains(errors, e => e.Contains(
            $"error NG1044: Network '{f.Name}': '{f.Name}.safetensors' is not a safetensors file: {f.Problem}", StringComparison.Ordinal)));
    }

    private static byte[] Weights(float value)
    {
        var weights = new MemoryWeights();
        weights.Add("fc1.weight", [value], 1, 1);
        weights.Add("fc1.bias", [0], 1);
        return Bytes(weights);
    }

    private static byte[] Golden(float value)
    {
        var references = new MemoryWeights();
        references.Add("input", [1], 1, 1);
        references.Add("output", [value], 1, 1);
        return Bytes(references);
    }

    private static byte[] Bytes(MemoryWeights weights)
    {
        using var stream = new MemoryStream();
        Safetensors.Save(stream, weights);
        return stream.ToArray();
    }

    private void Replace(string path, float value, DateTime time)
    {
        netgen.Write(path, Weights(value));
        File.SetLastWriteTimeUtc(netgen.Full(path), time);
    }

    /// <summary>The errors of a build, each of which it says twice.</summary>
    private static string[] Errors(string output) =>
        [.. output.Split('\n').Where(l => Error().IsMatch(l)).Select(l => l.Trim()).Distinct()];

    [GeneratedRegex(": error [A-Z]+[0-9]+:")]
    private static partial Regex Error();
}
