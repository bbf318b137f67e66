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

package dev.lumoauth.spring.guard.method;

/**
 * Recognizes beans that a test has replaced with objects that run no code of the
 * application, so that there is nothing to guard. The test kit provides an
 * implementation; an application has none.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface StandIns {

	/**
	 * Return whether an object runs none of the code of its class.
	 * @param bean a bean
	 * @return {@code false} if that isn't certain
	 */
	boolean contains(Object bean);

}
