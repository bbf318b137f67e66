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

package dev.lumoauth.spring.autoconfigure.config;

import java.util.Arrays;
import java.util.Set;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.util.ClassUtils;

/**
 * Whether the application has an identity at LumoAuth. Code that requires a capability is
 * protected in each of these states.
 *
 * @since 0.1.0
 */
public enum Activation {

	/**
	 * Something is configured, such as LumoAuth's address or the agent: the identity is
	 * set up, and an incomplete configuration is an error.
	 */
	CONFIGURED("LumoAuth is configured", ""),

	/**
	 * There are named agents but no default agent: each named agent has its identity, and
	 * code that asks for the default agent finds none.
	 */
	NAMED_ONLY("LumoAuth is configured for named agents only",
			"Set lumoauth.client-id and lumoauth.client-secret (or the environment variables AGENT_CLIENT_ID and "
					+ "AGENT_CLIENT_SECRET), for the default agent."),

	/**
	 * The application is an MCP server that accepts LumoAuth's tokens, and has no agent:
	 * its callers have an identity, and the application itself has none.
	 */
	SERVER_ONLY("LumoAuth is configured for the callers of the MCP server only",
			"Set lumoauth.client-id and lumoauth.client-secret (or the environment variables AGENT_CLIENT_ID and "
					+ "AGENT_CLIENT_SECRET), for an agent that the application is itself."),

	/**
	 * Nothing is configured. The application starts, unless it requires a capability.
	 */
	IDLE("LumoAuth is not configured",
			"Set lumoauth.tenant or lumoauth.org-id, lumoauth.client-id and "
					+ "lumoauth.client-secret (or the environment variables LUMOAUTH_TENANT or LUMOAUTH_ORG_ID, "
					+ "AGENT_CLIENT_ID and AGENT_CLIENT_SECRET)."),

	/**
	 * Turned off. The application starts, and calls of code that requires a capability
	 * are refused.
	 */
	DISABLED("LumoAuth is turned off by lumoauth.enabled=false", "Remove lumoauth.enabled=false, or don't use LumoAuth "
			+ "where it is turned off: inject an ObjectProvider.");

	private static final String ENABLED = "lumoauth.enabled";

	private static final String KEPT = Activation.class.getName();

	private final String reason;

	private final String action;

	Activation(String reason, String action) {
		this.reason = reason;
		this.action = action;
	}

	/**
	 * Return the state in words.
	 * @return a clause without a full stop
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * Return how to get an identity.
	 * @return a sentence that names the properties
	 */
	public String action() {
		return this.action;
	}

	/**
	 * Return why there are no decisions about capabilities.
	 * @return sentences, the last of which names the properties
	 */
	public String refusal() {
		return (this == DISABLED) ? this.reason + "." : this.reason + ". " + this.action;
	}

	/**
	 * Find out, once for an application: the first condition that asks has it kept with
	 * the beans. No bean is created.
	 * @param environment the properties
	 * @param beanFactory the bean factory that may have the application's own connection
	 * details
	 * @return the activation
	 */
	public static Activation of(Environment environment, @Nullable ListableBeanFactory beanFactory) {
		if (!(beanFactory instanceof ConfigurableListableBeanFactory beans)) {
			return find(environment, beanFactory);
		}
		if (beans.getSingleton(KEPT) instanceof Activation known) {
			return known;
		}
		Activation found = find(environment, beanFactory);
		try {
			beans.registerSingleton(KEPT, found);
		}
		catch (IllegalStateException ex) {
			// Another thread has found out the same. An application that was processed
			// ahead of time evaluates no condition before.
		}
		return found;
	}

	/**
	 * Return whether LumoAuth is turned off.
	 * @param environment the properties
	 * @return whether {@code lumoauth.enabled} is {@code false}
	 */
	public static boolean isDisabled(Environment environment) {
		return !enabled(environment).orElse(true);
	}

	private static BindResult<Boolean> enabled(Environment environment) {
		return Binder.get(environment).bind(ENABLED, Boolean.class);
	}

	private static Activation find(Environment environment, @Nullable ListableBeanFactory beanFactory) {
		if (isDisabled(environment)) {
			return DISABLED;
		}
		boolean credentials = ConnectionSetting.CLIENT_ID.get(environment) != null
				|| ConnectionSetting.CLIENT_SECRET.get(environment) != null;
		if (credentials) {
			return CONFIGURED;
		}
		// Last: to look through all beans takes longer than everything else.
		BooleanSupplier ownDetails = () -> beanFactory != null && hasConnectionDetails(beanFactory);
		if (!NamedAgents.names(environment).isEmpty()) {
			// All settings except the credentials apply to the named agents too.
			return ownDetails.getAsBoolean() ? CONFIGURED : NAMED_ONLY;
		}
		if (acceptsIdentities(environment) && !ownDetails.getAsBoolean()) {
			return SERVER_ONLY;
		}
		// Setting it to true means: report what is missing.
		return (enabled(environment).isBound() || isAnySet(environment) || ownDetails.getAsBoolean()) ? CONFIGURED
				: IDLE;
	}

	/**
	 * Return how the named agents are injected.
	 * @param environment the properties
	 * @return a sentence; empty if there are no named agents
	 */
	public static String injection(Environment environment) {
		Set<String> agents = NamedAgents.names(environment);
		return agents.isEmpty() ? "" : "The named agents are injected with " + NamedAgents.qualifiers(agents) + ".";
	}

	private static boolean acceptsIdentities(Environment environment) {
		return SpringFactoriesLoader.forDefaultResourceLocation(ClassUtils.getDefaultClassLoader())
			.load(IdentitiesToAccept.class)
			.stream()
			.anyMatch((feature) -> feature.areConfigured(environment));
	}

	private static boolean isAnySet(Environment environment) {
		return Arrays.stream(ConnectionSetting.values()).anyMatch((setting) -> setting.get(environment) != null);
	}

	/**
	 * Looks for the application's own: those that are read from properties add nothing.
	 */
	private static boolean hasConnectionDetails(ListableBeanFactory beanFactory) {
		String[] names = BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory,
				LumoAuthConnectionDetails.class, true, false);
		return Arrays.stream(names)
			.anyMatch((name) -> !beanFactory.isTypeMatch(name, PropertiesLumoAuthConnectionDetails.class));
	}

}
