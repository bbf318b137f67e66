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
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.io.ClassPathResource;

import dev.lumoauth.demo.model.ScriptedModel;

/**
 * Starts the servers that the environment does not name: a LumoAuth, an MCP server and a
 * model. The servers end with the application context. If the environment names a server,
 * the application uses that server.
 */
public class DemoInitializer implements ApplicationContextInitializer<GenericApplicationContext> {

	private static final int MAX_PORT = 65_535;

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
		DefaultListableBeanFactory beans = context.getDefaultListableBeanFactory();
		try {
			start(context, options, beans);
		}
		catch (RuntimeException ex) {
			// If the context was not refreshed, nothing else stops the running servers.
			beans.destroySingletons();
			throw ex;
		}
	}

	private static void start(GenericApplicationContext context, DemoOptions options,
			DefaultListableBeanFactory beans) {
		ConfigurableEnvironment environment = context.getEnvironment();
		Map<String, Object> properties = new HashMap<>();
		String lumoAuth = lumoAuth(context, options, properties, beans);
		Surroundings surroundings = new Surroundings(lumoAuth, mcpServer(environment, options, properties, beans),
				model(environment, properties, beans), console(properties));
		beans.registerSingleton("surroundings", surroundings);
		if (surroundings.console() != null) {
			takeEvents(environment, properties);
		}
		environment.getPropertySources().addFirst(new MapPropertySource("demo", properties));
	}

	private static String lumoAuth(ApplicationContext context, DemoOptions options, Map<String, Object> properties,
			DefaultListableBeanFactory beans) {
		String named = first(context.getEnvironment(), LUMOAUTH);
		if (!named.isEmpty()) {
			if (options.needDevServer()) {
				throw new DemoStartException(
						"--demo.deny, --demo.budget, --demo.identity, --demo.user and --demo.approval-time only work "
								+ "with the dev server that the demo starts itself. Leave them out, or unset " + named
								+ " and the like.");
			}
			beans.registerSingleton("demoUser", DemoUser.NOBODY);
			beans.registerSingleton("usageReport", UsageReport.NONE);
			return "the one that your settings name";
		}
		System.out.println("Starting a LumoAuth for development...");
		ChildServer<DevServerConnection> server = devServer(options, properties, beans);
		beans.registerDisposableBean("devServer", server::close);
		DevServerConnection connection = server.connection();
		prepare(new DevServerAdmin(connection), context, options, properties, beans);
		properties.put("lumoauth.url", connection.url().toString());
		properties.put("lumoauth.tenant", connection.tenant());
		properties.put("lumoauth.client-id", connection.clientId());
		if (connection.clientSecret() != null) {
			properties.put("lumoauth.client-secret", connection.clientSecret());
		}
		return "its console is at %s/ (for a real LumoAuth see docs/demo.md)".formatted(connection.url());
	}

	private static ChildServer<DevServerConnection> devServer(DemoOptions options, Map<String, Object> properties,
			DefaultListableBeanFactory beans) {
		ClassPathResource jar = new ClassPathResource("lumoauth-dev-server.jar");
		Path file = switch (options.identity()) {
			case SECRET -> null;
			case WORKLOAD -> platform(properties, beans);
			case AAUTH -> signingAgent(properties, beans);
		};
		return (file == null) ? DevServer.start(jar, options.approvalTime(), options.startTimeout())
				: DevServer.start(jar, file, options.approvalTime(), options.startTimeout());
	}

	/**
	 * Return the configuration of a dev server that recognizes the agent by its
	 * platform's token.
	 */
	private static Path platform(Map<String, Object> properties, DefaultListableBeanFactory beans) {
		Platform platform = Platform.start(Clock.systemUTC());
		beans.registerDisposableBean("platform", platform::close);
		properties.put("lumoauth.client-authentication-method", "workload_identity");
		properties.put("lumoauth.workload-identity.provider", Platform.PROVIDER);
		properties.put("lumoauth.workload-identity.token-file", platform.tokenFile().toString());
		properties.put("lumoauth.workload-identity.audience", Platform.AUDIENCE);
		return platform.devServerFile();
	}

	/**
	 * Return the configuration of a dev server that recognizes the agent by its key.
	 */
	private static Path signingAgent(Map<String, Object> properties, DefaultListableBeanFactory beans) {
		SigningAgent agent = SigningAgent.create();
		beans.registerDisposableBean("signingAgent", agent::close);
		properties.putAll(agent.properties());
		return agent.devServerFile();
	}

	private static @Nullable URI console(Map<String, Object> properties) {
		Object url = properties.get("lumoauth.url");
		return (url != null) ? URI.create(url + "/") : null;
	}

	/**
	 * Make LumoAuth send an event at once when it takes something away. Only a LumoAuth
	 * that the demo has started can reach the demo.
	 */
	private static void takeEvents(Environment environment, Map<String, Object> properties) {
		int port = environment.getProperty("server.port", Integer.class, 8080);
		if (port < 0 || environment.containsProperty("lumoauth.events.ssf.enabled")) {
			return;
		}
		if (port == 0) {
			port = freePort(address(environment), 0);
			properties.put("server.port", port);
		}
		properties.put("lumoauth.events.ssf.enabled", true);
		properties.put("lumoauth.events.ssf.register", true);
		properties.put("lumoauth.events.ssf.endpoint-url", "http://127.0.0.1:" + port + "/lumoauth/events/ssf");
		properties.put("lumoauth.events.ssf.authorization-token", DevServer.secret());
	}

	private static void prepare(DevServerAdmin admin, ApplicationContext context, DemoOptions options,
			Map<String, Object> properties, DefaultListableBeanFactory beans) {
		if (options.budgetExhausted()) {
			admin.exhaustBudget();
		}
		DemoUser user = DemoUser.NOBODY;
		if (options.user() != null) {
			user = DemoUser.signIn(options.user(), admin::userToken);
			properties.put("lumoauth.mcp.connections.financial.on-behalf-of", "user");
		}
		beans.registerSingleton("demoUser", user);
		beans.registerSingleton("usageReport", UsageReport.to(admin::spend));
		if (!options.deny().isEmpty()) {
			beans.registerSingleton("capabilityWithdrawal",
					new CapabilityWithdrawal(options.deny(), admin, user, context));
		}
	}

	private static String mcpServer(Environment environment, DemoOptions options, Map<String, Object> properties,
			DefaultListableBeanFactory beans) {
		if (!first(environment, List.of(FinancialMcpServer.VARIABLE)).isEmpty()) {
			return "the one that " + FinancialMcpServer.VARIABLE + " names";
		}
		FinancialMcpServer.Issuer issuer = issuer(environment, properties);
		System.out.println("Starting an MCP server with financial data...");
		McpServerLog log = new McpServerLog();
		ChildServer<URI> server = FinancialMcpServer.start(new ClassPathResource("demo-mcp-server.jar"), issuer,
				log::take, options.startTimeout());
		beans.registerDisposableBean("mcpServer", server::close);
		beans.registerSingleton("mcpServerLog", log);
		properties.put(FinancialMcpServer.VARIABLE, server.connection().toString());
		return "financial data at " + server.connection() + " (for another one set " + FinancialMcpServer.VARIABLE
				+ ")";
	}

	/**
	 * Return whose tokens the MCP server has to accept: those of the LumoAuth from which
	 * the agent gets its own token.
	 */
	private static FinancialMcpServer.Issuer issuer(Environment environment, Map<String, Object> properties) {
		if (properties.containsKey("lumoauth.url")) {
			return new FinancialMcpServer.Issuer(String.valueOf(properties.get("lumoauth.url")),
					String.valueOf(properties.get("lumoauth.tenant")), null, null);
		}
		FinancialMcpServer.Issuer issuer = new FinancialMcpServer.Issuer(
				value(environment, List.of("lumoauth.url", "LUMOAUTH_URL")),
				value(environment, List.of("lumoauth.tenant", "LUMOAUTH_TENANT")),
				value(environment, List.of("lumoauth.org-id", "LUMOAUTH_ORG_ID")),
				value(environment, List.of("lumoauth.plain-http-in-development")));
		if ((issuer.tenant() == null) == (issuer.orgId() == null)) {
			throw new DemoStartException(
					"Your settings name a LumoAuth but no tenant. Set LUMOAUTH_TENANT or LUMOAUTH_ORG_ID.");
		}
		return issuer;
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
			// An endpoint without authentication: Spring AI needs an empty key for it.
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
	 * Runs before any server is started. If the port is taken in the meantime, Spring
	 * Boot reports it.
	 */
	private static void requireFreePort(Environment environment) {
		InetAddress address = address(environment);
		int port = environment.getProperty("server.port", Integer.class, 8080);
		if (port > MAX_PORT) {
			throw new DemoStartException("There is no port " + port + ". Choose one up to " + MAX_PORT
					+ ", or 0 for any free port: --server.port=8081");
		}
		if (port > 0) {
			freePort(address, port);
		}
	}

	private static int freePort(@Nullable InetAddress address, int port) {
		try {
			return LocalPort.tryOut(address, port);
		}
		catch (IOException ex) {
			throw new DemoStartException("port " + port + " cannot be used (" + ex.getMessage()
					+ "). Choose another: --server.port=" + ((port < MAX_PORT) ? port + 1 : 0), ex);
		}
	}

	/**
	 * Return the address to listen on. The demo has no login, and the name in a request's
	 * {@code Host} is no protection from other machines.
	 */
	private static @Nullable InetAddress address(Environment environment) {
		String name = environment.getProperty("server.address");
		if (name == null) {
			return null;
		}
		try {
			InetAddress address = InetAddress.getByName(name);
			// For Spring Boot, an empty name stands for all addresses.
			if (address.isLoopbackAddress() && !name.isBlank()) {
				return address;
			}
		}
		catch (UnknownHostException ex) {
			throw new DemoStartException("server.address is not an address of this machine: " + name, ex);
		}
		throw new DemoStartException("The demo has no login, so only this machine may reach it, and server.address is '"
				+ name + "'. Remove server.address (SERVER_ADDRESS), or set it to 127.0.0.1.");
	}

	private static @Nullable String value(Environment environment, List<String> names) {
		String name = first(environment, names);
		return name.isEmpty() ? null : environment.getProperty(name);
	}

	/**
	 * Return the first of several names that has a value, or an empty string.
	 */
	private static String first(Environment environment, List<String> names) {
		return names.stream().filter((name) -> !environment.getProperty(name, "").isBlank()).findFirst().orElse("");
	}

}
