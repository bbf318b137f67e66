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

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import dev.lumoauth.spring.budget.BudgetListener;
import dev.lumoauth.spring.capability.CapabilityObservationConvention;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.token.LumoAuthTokensBuilder;
import dev.lumoauth.spring.token.cache.TokenObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.function.SingletonSupplier;

/**
 * The registry and the conventions for observing agents. They are looked up once, with
 * the first observation, because the registry is created with handlers that need the
 * observed objects.
 */
final class AgentObservations {

	private final Supplier<ObservationRegistry> registry;

	private final Supplier<@Nullable CapabilityObservationConvention> capabilityConvention;

	private final Supplier<@Nullable TokenObservationConvention> tokenConvention;

	private final Supplier<List<BudgetListener>> budgetListeners;

	AgentObservations(BeanFactory beanFactory) {
		ObjectProvider<BudgetListener> listeners = beanFactory.getBeanProvider(BudgetListener.class);
		this.budgetListeners = () -> listeners.orderedStream().toList();
		this.registry = RememberedBean.unique(beanFactory.getBeanProvider(ObservationRegistry.class),
				() -> ObservationRegistry.NOOP);
		this.capabilityConvention = convention(beanFactory.getBeanProvider(CapabilityObservationConvention.class));
		this.tokenConvention = convention(beanFactory.getBeanProvider(TokenObservationConvention.class));
	}

	/**
	 * Return the application's names and tags, or none if there are several.
	 */
	private static <C> Supplier<@Nullable C> convention(ObjectProvider<C> convention) {
		Supplier<Optional<C>> found = SingletonSupplier.of(() -> Optional.ofNullable(convention.getIfUnique()));
		return () -> found.get().orElse(null);
	}

	ObservationRegistry registry() {
		return this.registry.get();
	}

	@Nullable CapabilityObservationConvention capabilityConvention() {
		return this.capabilityConvention.get();
	}

	List<BudgetListener> budgetListeners() {
		return this.budgetListeners.get();
	}

	void addTo(LumoAuthTokensBuilder tokens) {
		tokens.observations(this.registry, this.tokenConvention);
	}

}
