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

package dev.lumoauth.spring.tool;

import java.lang.reflect.Method;

import dev.lumoauth.spring.guard.GuardTerms;
import org.jspecify.annotations.Nullable;

/**
 * What the guard around bean methods covers, as far as the guard around tools needs to
 * know.
 *
 * @since 0.1.0
 */
public interface BeanGuards {

	/**
	 * Find on what terms an object runs because the {@code @Bean} method that made it is
	 * annotated.
	 * @param object a bean
	 * @return the terms, or {@code null}
	 */
	@Nullable GuardTerms termsOf(Object object);

	/**
	 * Return whether a call of this method on this object, made by reflection, is checked
	 * by the object itself.
	 * @param object the object
	 * @param method the method
	 * @param terms what there is to check
	 * @return {@code true} only if nothing gets past the check
	 */
	boolean checks(Object object, Method method, GuardTerms terms);

}
