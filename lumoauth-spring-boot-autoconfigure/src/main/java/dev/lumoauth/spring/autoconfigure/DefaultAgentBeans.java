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

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanDefinitionStoreException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.CannotLoadBeanClassException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the parts of the default agent as beans that an application can inject. Each
 * is left out if the application has a bean of its type. One look at all beans answers
 * that for all parts: a condition for each would look at all beans again, since Spring
 * remembers no types yet.
 */
final class DefaultAgentBeans implements ImportBeanDefinitionRegistrar {

	private final Environment environment;

	private final ConfigurableListableBeanFactory beanFactory;

	DefaultAgentBeans(Environment environment, BeanFactory beanFactory) {
		this.environment = environment;
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		Map<String, Class<?>> parts = new LinkedHashMap<>();
		parts.put("lumoAuthCapabilityDecisions", CapabilityDecisions.class);
		if (Activation.of(this.environment, this.beanFactory) == Activation.CONFIGURED) {
			parts.put("lumoAuthHttp", LumoAuthHttp.class);
			parts.put("lumoAuthTokens", LumoAuthTokens.class);
			parts.put("lumoAuthClient", LumoAuthClient.class);
			parts.put("lumoAuthBudgetMonitor", BudgetMonitor.class);
			parts.put("lumoAuthAgent", LumoAuthAgent.class);
		}
		removePresent(parts.values(), this.beanFactory);
		for (Map.Entry<String, Class<?>> part : parts.entrySet()) {
			RootBeanDefinition definition = NamedAgentBeans.part(part.getValue(), "own", part.getValue());
			definition.setLazyInit(true);
			registry.registerBeanDefinition(part.getKey(), definition);
		}
	}

	/**
	 * A parent's beans count, too. A bean that is not injected by its type does not.
	 */
	private static void removePresent(Collection<Class<?>> types, @Nullable BeanFactory beanFactory) {
		if (beanFactory instanceof ConfigurableListableBeanFactory beans) {
			for (Iterator<String> names = beans.getBeanNamesIterator(); names.hasNext();) {
				String name = names.next();
				Class<?> present = type(name, beans);
				types.removeIf((type) -> present != null && type.isAssignableFrom(present) && isInjected(name, beans));
			}
			removePresent(types, beans.getParentBeanFactory());
		}
	}

	/**
	 * The class of a definition may be a placeholder, which is not replaced yet.
	 */
	private static @Nullable Class<?> type(String name, BeanFactory beans) {
		try {
			return beans.getType(name, false);
		}
		catch (CannotLoadBeanClassException | BeanDefinitionStoreException ex) {
			return null;
		}
	}

	private static boolean isInjected(String name, ConfigurableListableBeanFactory beans) {
		return !beans.containsBeanDefinition(name)
				|| !(beans.getMergedBeanDefinition(name) instanceof AbstractBeanDefinition definition)
				|| (!definition.isAbstract() && definition.isAutowireCandidate() && definition.isDefaultCandidate());
	}

}
