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

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.demo.model.ScriptedModel;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.io.ClassPathResource;

/**
 * Starts what the environment does not name: a LumoAuth and a model. Both end with the
 * application context. Whoever names them gets the same application, talking to them.
 */
public class DemoInitializer implements ApplicationContextInitializer<GenericApplicationContext> {

	private static final List<String> LUMOAUTH = List.of("LUMOAUTH_URL", "LUMOAUTH_TENANT", "LUMOAUTH_ORG_ID",
			"AGENT_CLIENT_ID", "AGENT_CLIENT_SECRET", "lumoauth.url", "lumoauth.tenant", "lumoauth.org-id",
			"lumoauth.client-id", "lumoauth.client-secret");

	private static final List<String> MODEL_URL = List.of("spring.ai.openai.chat.base-url", "spring.ai.openai.base-url",
			"OPENAI_BASE_URL");

	private static final List<String> MODEL_KEY = List.of("spring.ai.openai.chat.api-key", "spring.ai.openai.api-key",
			"OPENAI_API_KEY");

	@Override
	public void initialize(GenericApplicationContext context) {
		ConfigurableEnvironment environment = context.getEnvironment();
		DemoOptions options = DemoOptions.of(environment);
		requireFreePort(environment);
		Map<String, Object> properties = new HashMap<>();
		DefaultListableBeanFactory beans = context.getDefaultListableBeanFactory();
		Surroundings surroundings = new Surroundings(lumoAuth(environment, options, properties, beans),
				model(environment, properties, beans));
		beans.registerSingleton("surroundings", surroundings);
		environment.getPropertySources().addFirst(new MapPropertySource("demo", properties));
	}

	private static String lumoAuth(Environment environment, DemoOptions options, Map<String, Object> properties,
			DefaultListableBeanFactory beans) {
		String named = first(environment, LUMOAUTH);
		if (!named.isEmpty()) {
			if (options.needDevServer()) {
				throw new DemoStartException("--demo.deny and --demo.budget only work with the dev server that the "
						+ "demo starts itself. Leave them out, or unset " + named + " and the like.");
			}
			return "the one that your settings name";
		}
		System.out.println("Starting a LumoAuth for development...");
		ChildServer<DevServerConnection> server = DevServer.start(new ClassPathResource("lumoauth-dev-server.jar"),
				options.startTimeout());
		beans.registerDisposableBean("devServer", server::close);
		DevServerConnection connection = server.connection();
		DevServerAdmin admin = new DevServerAdmin(connection);
		options.deny().forEach(admin::deny);
		if (options.budgetExhausted()) {
			admin.exhaustBudget();
		}
		properties.put("lumoauth.url", connection.url().toString());
		properties.put("lumoauth.tenant", connection.tenant());
		properties.put("lumoauth.client-id", connection.clientId());
		properties.put("lumoauth.client-secret", connection.clientSecret());
		return "a development server at " + connection.url() + " (for a real one see docs/demo.md)";
	}

	private static String model(Environment environment, Map<String, Object> properties,
			DefaultListableBeanFactory beans) {
		String url = first(environment, MODEL_URL);
		String key = first(environment, MODEL_KEY);
		if (url.isEmpty() && key.isEmpty()) {
			ScriptedModel model = startModel();
			beans.registerDisposableBean("scriptedModel", model::close);
			properties.put("spring.ai.openai.base-url", model.baseUrl().toString());
			properties.put("spring.ai.openai.api-key", "");
			properties.put("spring.ai.openai.chat.model", ScriptedModel.NAME);
			return "a script at " + model.baseUrl() + " (for a real one set OPENAI_API_KEY)";
		}
		if (!url.isEmpty()) {
			properties.put(url.startsWith("spring.") ? url : "spring.ai.openai.base-url",
					OpenAiBaseUrl.withVersion(environment.getRequiredProperty(url)));
		}
		if (key.isEmpty()) {
			// An endpoint without authentication: Spring AI wants an empty key for it.
			properties.put("spring.ai.openai.api-key", "");
		}
		return "the one that your settings name";
	}

	private static ScriptedModel startModel() {
		try {
			return ScriptedModel.start();
		}
		catch (IOException ex) {
			throw new DemoStartException("The scripted model could not be started: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Before anything is started. Should the port be taken in between, Boot says so.
	 */
	private static void requireFreePort(Environment environment) {
		int port = environment.getProperty("server.port", Integer.class, 8080);
		if (port <= 0) {
			return;
		}
		String address = environment.getProperty("server.address");
		try (ServerSocket socket = new ServerSocket(port, 1,
				(address != null) ? InetAddress.getByName(address) : null)) {
			socket.setReuseAddress(true);
		}
		catch (UnknownHostException ex) {
			throw new DemoStartException("server.address is no address of this machine: " + address, ex);
		}
		catch (IOException ex) {
			throw new DemoStartException("port " + port + " cannot be used (" + ex.getMessage()
					+ "). Choose another: --server.port=" + (port + 1), ex);
		}
	}

	/**
	 * Return the first of several names that has a value, or an empty string.
	 */
	private static String first(Environment environment, List<String> names) {
		return names.stream().filter((name) -> !environment.getProperty(name, "").isBlank()).findFirst().orElse("");
	}

}
