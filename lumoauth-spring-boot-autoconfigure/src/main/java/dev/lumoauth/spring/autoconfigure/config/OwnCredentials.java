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

import java.util.stream.Stream;

import dev.lumoauth.spring.token.credentials.AgentCredentials;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The application's own credentials for its agents.
 *
 * @param credentials the credentials, each for the agent with the same client id
 * @param features credentials that features make
 */
public record OwnCredentials(ObjectProvider<AgentCredentials> credentials,
		ObjectProvider<FeatureCredentials> features) {

	/**
	 * Find the credentials.
	 * @param beanFactory has the beans of the application and of features
	 * @return the credentials
	 */
	public static OwnCredentials of(BeanFactory beanFactory) {
		return new OwnCredentials(beanFactory.getBeanProvider(AgentCredentials.class),
				beanFactory.getBeanProvider(FeatureCredentials.class));
	}

	/**
	 * Return the application's own.
	 * @return the credentials in their order
	 */
	public Stream<AgentCredentials> all() {
		return this.credentials.orderedStream();
	}

	boolean has(@Nullable String clientId) {
		return clientId != null && all().anyMatch((own) -> own.clientId().equals(clientId));
	}

	/**
	 * Return the credentials of a feature that an agent's properties choose.
	 * @param prefix the prefix of the agent's properties
	 * @param agent the agent's properties
	 * @return the credentials, or {@code null} if these properties choose none
	 */
	public @Nullable FeatureCredentials chosen(String prefix, LumoAuthAgentProperties agent) {
		return this.features.orderedStream()
			.filter((feature) -> feature.areFor(prefix, agent))
			.findFirst()
			.orElse(null);
	}

}
