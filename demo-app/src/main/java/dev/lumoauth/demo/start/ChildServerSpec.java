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

package dev.lumoauth.demo.start;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

import org.springframework.core.io.Resource;

/**
 * A server that the demo can start.
 *
 * @param name what people call it
 * @param jar its executable jar
 * @param port the port that it listens on, 0 for any that is free
 * @param insteadSet the variables that name another server, if this one cannot be started
 * @param options its further options
 * @param environment its variables, besides those that every process has
 * @param announcement reads from a line of the output how to reach the server, if the
 * line contains this
 * @param afterwards gets each line that the server prints after it is ready, on a
 * separate thread
 * @param <C> how to reach the server
 */
record ChildServerSpec<C>(String name, Resource jar, int port, String insteadSet, List<String> options,
		Map<String, String> environment, Function<String, Optional<C>> announcement, Consumer<String> afterwards) {

	String jarName() {
		return String.valueOf(this.jar.getFilename());
	}

	/**
	 * Without the environment, which contains secrets.
	 */
	@Override
	public String toString() {
		return this.name;
	}

}
