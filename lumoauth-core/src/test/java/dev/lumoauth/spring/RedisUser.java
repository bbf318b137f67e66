/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The user of Redis that docs/kubernetes.md has for a module, with the keys, channels and
 * commands of its row and of the row of every module; and an operator, who may do
 * everything. Nobody else can log in.
 */
public final class RedisUser {

	public static final String NAME = "lumoauth";

	public static final String OPERATOR = "operator";

	/** Of both. */
	public static final String PASSWORD = "a-password";

	private static final Pattern RULE = Pattern.compile("`([~&+%][^`]+)`");

	private static final Pattern IN_SCRIPT = Pattern.compile("redis\\.p?call\\('(\\w+)'");

	private final List<String> rules;

	private RedisUser(List<String> rules) {
		this.rules = rules;
	}

	/**
	 * Return the user of a module.
	 * @param module its artifact
	 */
	public static RedisUser of(String module) {
		List<String> rules = new ArrayList<>();
		for (String row : List.of("| every module |", "| `" + module + "` |")) {
			String line = document().stream()
				.filter((each) -> each.startsWith(row))
				.findFirst()
				.orElseThrow(() -> new IllegalStateException("docs/kubernetes.md has no row " + row));
			RULE.matcher(line).results().map((rule) -> rule.group(1).replace("\\|", "|")).forEach(rules::add);
		}
		return new RedisUser(rules);
	}

	private static List<String> document() {
		for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
			Path document = folder.resolve("docs/kubernetes.md");
			if (Files.exists(document)) {
				try {
					return Files.readAllLines(document);
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}
		}
		throw new IllegalStateException("docs/kubernetes.md is not here");
	}

	/**
	 * Return the options of a server that knows the two.
	 */
	public List<String> options() {
		List<String> options = new ArrayList<>(List.of("--user", "default", "off", "--user", OPERATOR, "on",
				">" + PASSWORD, "~*", "&*", "+@all", "--user", NAME, "on", ">" + PASSWORD, "resetchannels"));
		options.addAll(this.rules);
		return options;
	}

	/**
	 * Return the commands that the user may send.
	 */
	public Set<String> commands() {
		Set<String> commands = new TreeSet<>();
		this.rules.stream().filter((rule) -> rule.startsWith("+")).forEach((rule) -> commands.add(rule.substring(1)));
		return commands;
	}

	/**
	 * Return the commands of the scripts of a module, which a journey need not reach.
	 * @param type a type of the module; its package and those below are looked through
	 */
	public static Set<String> inScripts(Class<?> type) throws Exception {
		Path classes = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
		Set<String> commands = new TreeSet<>();
		try (Stream<Path> files = Files.walk(classes.resolve(type.getPackageName().replace('.', '/')))) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				IN_SCRIPT.matcher(Files.readString(file, StandardCharsets.ISO_8859_1))
					.results()
					.forEach((call) -> commands.add(call.group(1).toLowerCase(Locale.ROOT)));
			}
		}
		return commands;
	}

	/**
	 * Return the commands that a server has carried out, those of scripts included.
	 * @param commandstats what {@code INFO commandstats} says
	 */
	public static Set<String> sent(String commandstats) {
		Set<String> sent = new TreeSet<>();
		Pattern.compile("cmdstat_([a-z0-9_|-]+)[=:]calls=([0-9]+)")
			.matcher(commandstats)
			.results()
			.filter((result) -> !result.group(2).equals("0"))
			.map((MatchResult result) -> result.group(1))
			.forEach(sent::add);
		return sent;
	}

}
