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

package dev.lumoauth.spring.approval.autoconfigure;

import dev.lumoauth.spring.approval.process.ApprovalsBuilder;

/**
 * Changes how each of the application's agents asks people: the channel, the store and
 * the clock. It is applied last. It is meant for tests; an application uses beans and
 * properties.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ApprovalsCustomizer {

	/**
	 * Change how one agent asks.
	 * @param approvals the builder with the application's settings
	 */
	void customize(ApprovalsBuilder approvals);

}
