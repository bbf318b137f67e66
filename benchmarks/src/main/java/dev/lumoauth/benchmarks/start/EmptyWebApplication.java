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

package dev.lumoauth.benchmarks.start;

import java.lang.management.ManagementFactory;

import com.sun.management.OperatingSystemMXBean;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A web application without anything in it. Starts, prints how long it took since the
 * process began, how much of the processors, how many classes it has loaded, how many
 * beans it has, what is on its heap, and how much of a processor its main thread took,
 * and ends.
 */
@SpringBootApplication
public class EmptyWebApplication {

	/**
	 * Start it.
	 * @param args properties
	 */
	public static void main(String... args) {
		try (ConfigurableApplicationContext context = SpringApplication.run(EmptyWebApplication.class, args)) {
			long main = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1_000_000;
			long millis = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
			long cpu = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1_000_000;
			int classes = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
			System.gc();
			long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024;
			long other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed() / 1024;
			System.out.println("figures " + millis + " " + cpu + " " + classes + " " + context.getBeanDefinitionCount()
					+ " " + heap + " " + other + " " + main);
		}
	}

}
