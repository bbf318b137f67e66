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

package dev.lumoauth.demo;

import dev.lumoauth.demo.start.DemoInitializer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The demo: runs the guide's question once, then answers over HTTP.
 */
@SpringBootApplication
public class DemoApplication {

	/**
	 * Start the demo.
	 * @param args options, such as {@code --demo.deny=read:documents}
	 */
	public static void main(String[] args) {
		ConfigurableApplicationContext context;
		try {
			context = application().run(args);
		}
		catch (SpringApplication.AbandonedRunException ex) {
			// Ahead-of-time processing needs the context, not a running application.
			throw ex;
		}
		catch (RuntimeException ex) {
			// Spring Boot has reported the failure.
			System.exit(1);
			return;
		}
		if (context.getEnvironment().getProperty("demo.exit", Boolean.class, false)) {
			System.exit(SpringApplication.exit(context));
		}
	}

	static SpringApplicationBuilder application() {
		return new SpringApplicationBuilder(DemoApplication.class).initializers(new DemoInitializer());
	}

}
