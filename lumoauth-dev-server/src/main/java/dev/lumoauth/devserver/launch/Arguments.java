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

/**
 * The command line.
 *
 * @since 0.1.0
 */
public final class Arguments {

	private static final String CONFIG = "--dev.config=";

	private Arguments() {
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
