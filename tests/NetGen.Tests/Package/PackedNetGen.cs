using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Xunit;

namespace NetGen.Tests.Package;

/// <summary>The package, packed once for a class of tests, and a folder for the projects that use it.</summary>
public sealed class PackedNetGen : IAsyncLifetime
{
    public const string Version = "0.0.2-test";

    public string Folder { get; } = Directory.CreateTempSubdirectory("netgen-files-").FullName;

    public async ValueTask InitializeAsync()
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../.."));
        (int code, string output) = await RunAsync(
            root, $"pack src/NetGen -c Release -o \"{Folder}/packages\" -p:PackageVersion={Version} -p:NetGenReadyToRun=false");
        Assert.True(code == 0, output);

        // Only the local folder, and a cache of its own: no earlier package of this version is found.
        Write("nuget.config", """
            <configuration>
              <config><add key="globalPackagesFolder" value="cache" /></config>
              <packageSources><clear /><add key="local" value="packages" /></packageSources>
            </configuration>
            """);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes a project that references the package.</summary>
    public void Project(string path, string items = "", string properties = "", string framework = "net10.0", bool isLibrary = false, bool usesPackage = true) => Write(path, $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>{(isLibrary ? "Library" : "Exe")}</OutputType>
            <TargetFramework>{framework}</TargetFramework>
            <Nullable>enable</Nullable>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            {(usesPackage ? $"<PackageReference Include=\"NetGen\" Version=\"{Version}\" />" : "")}
            {items}
          </ItemGroup>
        </Project>
        """);

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Full(path))!);
        File.WriteAllText(Full(path), text);
    }

    public void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Full(path))!);
        File.WriteAllBytes(Full(path), content);
    }

    public string Full(string path) => Path.Combine(Folder, path);

    public Task<(int Code, string Output)> DotnetAsync(string folder, string command) => RunAsync(Full(folder), command);

    private static Task<(int Code, string Output)> RunAsync(string directory, string arguments) => DotnetProcess.RunAsync(
        directory, arguments, [("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_NOLOGO", "1"), ("MSBUILDDISABLENODEREUSE", "1")]);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
