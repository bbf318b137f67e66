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

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;

/**
 * A LumoAuth to develop against.
 */
final class DevServer {

	/**
	 * The port of a dev server that is started by hand, so that its documents and an open
	 * console have the right address.
	 */
	private static final int PORT = 9000;

	private static final int SECRET_BYTES = 24;

	private DevServer() {
	}

	/**
	 * Start a dev server whose agents have new random secrets.
	 * @param jar its executable jar
	 * @param approvalTime how long a person has to decide, or {@code null} for the time
	 * in the server's file
	 * @param timeout how long to wait until it is ready
	 * @return the server
	 * @throws DemoStartException if it does not become ready
	 */
	static ChildServer<DevServerConnection> start(Resource jar, @Nullable Duration approvalTime, Duration timeout) {
		Map<String, String> environment = new HashMap<>();
		environment.put("LUMOAUTH_DEV_CLIENT_SECRET", secret());
		return start(jar, environment, List.of(), approvalTime, timeout);
	}

	/**
	 * Return a new random secret.
	 */
	static String secret() {
		byte[] secret = new byte[SECRET_BYTES];
		new SecureRandom().nextBytes(secret);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
	}

	/**
	 * Start a dev server in which nobody has a secret.
	 * @param jar its executable jar
	 * @param file its configuration
	 * @param approvalTime how long a person has to decide, or {@code null} for the time
	 * in the server's file
	 * @param timeout how long to wait until it is ready
	 * @return the server
	 * @throws DemoStartException if it does not become ready
	 */
	static ChildServer<DevServerConnection> start(Resource jar, Path file, @Nullable Duration approvalTime,
			Duration timeout) {
		return start(jar, new HashMap<>(), List.of("--dev.config=" + file), approvalTime, timeout);
	}

	private static ChildServer<DevServerConnection> start(Resource jar, Map<String, String> environment,
			List<String> furtherOptions, @Nullable Duration approvalTime, Duration timeout) {
		if (approvalTime != null) {
			environment.put("LUMOAUTH_DEV_REQUEST_LIFETIME", approvalTime.toString());
		}
		List<String> options = new ArrayList<>(furtherOptions);
		options.add("--dev.exit-with-process=" + ProcessHandle.current().pid());
		int port = LocalPort.ifFree(PORT);
		try {
			return ChildServer.start(spec(jar, port, environment, options), timeout);
		}
		catch (DemoStartException ex) {
			if (port == 0 || !String.valueOf(ex.getMessage()).contains("Port " + PORT + " is in use")) {
				throw ex;
			}
			// Another process has taken the port meanwhile.
			return ChildServer.start(spec(jar, 0, environment, options), timeout);
		}
	}

	private static ChildServerSpec<DevServerConnection> spec(Resource jar, int port, Map<String, String> environment,
			List<String> options) {
		return new ChildServerSpec<>("dev server", jar, port,
				"LUMOAUTH_URL, LUMOAUTH_TENANT, AGENT_CLIENT_ID and AGENT_CLIENT_SECRET", options, environment,
				DevServerConnection::parse,
				// The log with one line for each request is not needed here.
				(line) -> {
				});
	}

}
