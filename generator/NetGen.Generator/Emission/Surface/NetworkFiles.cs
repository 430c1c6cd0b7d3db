namespace NetGen.Generator.Emission;

/// <summary>The files that a network's surface opens by itself.</summary>
/// <param name="Embedded">The weight file that is part of the assembly, where one is.</param>
/// <param name="Golden">The file of references beside the program, where there is one.</param>
/// <param name="Prefix">What stands before the names of the weight file's tensors; empty where nothing does.</param>
internal sealed record NetworkFiles(string? Embedded, string? Golden, string Prefix = "");
