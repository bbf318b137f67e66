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

package dev.lumoauth.spring.budget.shared.autoconfigure;

import dev.lumoauth.spring.budget.shared.OnStoreUnavailable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the budget that the replicas of an application share.
 *
 * @param store Where the usage of the budgets is counted. With 'memory', each replica
 * counts alone.
 * @param onStoreUnavailable What a replica does when its portion is used up and the store
 * gives no answer.
 * @since 0.1.0
 */
@ConfigurationProperties("lumoauth.budget")
record LumoAuthSharedBudgetProperties(@DefaultValue("memory") Store store,
		@DefaultValue("divide") OnStoreUnavailable onStoreUnavailable) {

	/**
	 * Where the usage is counted.
	 */
	enum Store {

		/**
		 * In this process, and in {@code lumoauth.budget.file} if that is set.
		 */
		MEMORY,

		/**
		 * In the Redis of {@code spring.data.redis}.
		 */
		REDIS,

		/**
		 * In the database of {@code spring.datasource}.
		 */
		JDBC

	}

}
