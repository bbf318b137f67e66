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

import java.lang.reflect.Method;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.method.MethodGuards;
import dev.lumoauth.spring.tool.BeanGuards;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.Advised;

/**
 * Tells the guard around tools what the guard around bean methods covers: the two don't
 * know each other.
 */
final class MethodBeanGuards implements BeanGuards {

	@Override
	public @Nullable GuardTerms termsOf(Object object) {
		if (!(object instanceof Advised)) {
			return null;
		}
		CapabilityRequirement requirement = MethodGuards.ofFactoryMethod(object);
		boolean onBehalfOfUser = MethodGuards.actsForUserByFactoryMethod(object);
		return (requirement != null || onBehalfOfUser) ? new GuardTerms(requirement, onBehalfOfUser) : null;
	}

	@Override
	public boolean checks(Object object, Method method, GuardTerms terms) {
		return MethodGuards.isWoven(object, method, terms.requirement(), terms.onBehalfOfUser())
				|| ((terms.requirement() == null || MethodGuards.checks(object, method))
						&& (!terms.onBehalfOfUser() || MethodGuards.actsForUser(object, method)));
	}

}
