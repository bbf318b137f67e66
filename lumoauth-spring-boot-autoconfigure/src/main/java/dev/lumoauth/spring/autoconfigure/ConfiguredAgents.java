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

package dev.lumoauth.spring.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthAgentProperties;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.autoconfigure.config.NamedAgents;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;

/**
 * Creates the agents that are configured.
 */
final class ConfiguredAgents {

	private static final Log logger = LogFactory.getLog(ConfiguredAgents.class);

	private ConfiguredAgents() {
	}

	/**
	 * Create the agents.
	 * @param connection the default agent, if there is one
	 * @param named the properties of the named agents
	 * @param features what each agent consists of
	 * @param environment the settings of features
	 * @param beanFactory finds the application's own beans in place of parts of the
	 * default agent: of a type of which there are several, none is meant
	 */
	static AgentRuntimes create(LumoAuthConnection connection, Map<String, LumoAuthAgentProperties.Named> named,
			List<AgentFeature> features, Environment environment, BeanFactory beanFactory) {
		String clientId = connection.clientId();
		if (clientId != null && !named.isEmpty()) {
			describe(named.keySet());
		}
		Function<Class<?>, @Nullable Object> beans = (type) -> beanFactory.getBeanProvider(type).getIfUnique();
		AgentRuntime main = runtime((clientId != null) ? new AgentIdentity(null, clientId) : null, features,
				environment, beans);
		Map<String, AgentRuntime> runtimes = new LinkedHashMap<>();
		named.forEach(
				(name, agent) -> runtimes.put(name, runtime(new AgentIdentity(name, String.valueOf(agent.clientId())),
						features, environment, (type) -> null)));
		return new AgentRuntimes(main, runtimes);
	}

	private static AgentRuntime runtime(@Nullable AgentIdentity identity, List<AgentFeature> features,
			Environment environment, Function<Class<?>, @Nullable Object> replacements) {
		return AgentRuntime.of(identity,
				(prefix, type) -> Binder.get(environment)
					.bindOrCreate(ConfigurationPropertyName.adapt(prefix, '.'), Bindable.of(type), BindHandler.DEFAULT),
				replacements, features);
	}

	private static void describe(Set<String> names) {
		logger.info("Besides the default agent there are agents that are injected with " + NamedAgents.qualifiers(names)
				+ ". Without a qualifier, the default agent is injected, "
				+ "whatever the name of the field or parameter.");
	}

}
