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

package dev.lumoauth.devserver.launch;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * The command line.
 *
 * @since 0.1.0
 */
public final class Arguments {

	private static final String CONFIG = "--dev.config=";

	private static final String HELP = """
			The LumoAuth dev server: a LumoAuth to develop against, in memory.

			  --server.port=9000                the port; 0 uses any free port. Default: 9000
			  --dev.config=file.yml             the file to serve, instead of the bundled file
			  --dev.network-names=lumoauth      the names by which other containers reach the server
			  --dev.exit-with-parent=true       the server ends when the process that started it has ended
			  --dev.exit-with-process=4711      the server ends when the process with this id has ended
			  --help                            print this text

			Environment variables, for the bundled file:
			  LUMOAUTH_DEV_CLIENT_SECRET        the secret of the first agent
			  LUMOAUTH_DEV_REQUEST_LIFETIME     how long a person can decide about a request. Default: 5m
			  LUMOAUTH_DEV_MCP_RESOURCE         the resource URI of the MCP server

			docs/dev-server.md describes all of them.
			""";

	private Arguments() {
	}

	/**
	 * Returns what to print instead of starting the server.
	 * @param args the arguments as given
	 * @return the text, or nothing if nobody asks for help
	 */
	public static Optional<String> help(String[] args) {
		return Arrays.stream(args).anyMatch(Set.of("--help", "-h", "-?")::contains) ? Optional.of(HELP)
				: Optional.empty();
	}

	/**
	 * Turns the path of a configuration file into a location that Spring Boot can read.
	 * Spring Boot would look up a relative path inside the jar.
	 * @param args the arguments as given
	 * @return the arguments to start Spring Boot with
	 */
	public static String[] prepare(String[] args) {
		return Arrays.stream(args).map(Arguments::prepare).toArray(String[]::new);
	}

	private static String prepare(String argument) {
		if (!argument.startsWith(CONFIG) || argument.startsWith(CONFIG + "classpath:")
				|| argument.startsWith(CONFIG + "file:")) {
			return argument;
		}
		return CONFIG + Path.of(argument.substring(CONFIG.length())).toAbsolutePath().normalize().toUri();
	}

}
